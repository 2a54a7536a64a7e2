import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { lookAt, takenOver, type Container, type ContainerAim } from './containers.ts'
import { done, Refused, type Daemon } from './daemon.ts'
import type { KeptFault } from './kept-fault.ts'

const lookMs = 200
const usualMs = 3000

/**
 * Its process is killed from the host, as a crash would: what the Engine's API ends counts as ended on purpose, and is
 * neither started again nor counted.
 */
export function restartLoop(daemon: Daemon, aim: ContainerAim, everyMs = usualMs): KeptFault {
  const { id, name, policy } = aim
  const looping = restartsForEver(policy) ? policy : { name: 'unless-stopped', retries: 0 }
  const setPolicy = async (to: ContainerAim['policy']): Promise<void> => {
    const RestartPolicy = { Name: to.name, MaximumRetryCount: to.retries }
    done(await daemon.ask('POST', `/containers/${id}/update`, { RestartPolicy }), `set the restart policy of ${name}`)
  }
  return {
    put: async () => {
      const now = await lookAt(daemon, id)
      if (now === null) throw new Refused(`${name} is not there any more`)
      if (now.State.Running && !now.State.Restarting && !isIts(id, now.State.Pid))
        throw new Refused(`the processes of ${name} cannot be seen from a container of this Engine`)
      if (looping !== policy) await setPolicy(looping)
      return `${name} is ended again ${Math.round(everyMs / 100) / 10} s after each start`
    },
    hold: async ended => {
      while (!ended.aborted) {
        const now = await lookAt(daemon, id).catch(() => null)
        if (now !== null && isDue(now, name, everyMs) && isIts(id, now.State.Pid)) end(now.State.Pid)
        await sleep(lookMs, undefined, { signal: ended }).catch(() => {})
      }
    },
    takeBack: async () => {
      const now = await lookAt(daemon, id)
      if (now === null) return `${name} was removed meanwhile: nothing is started again`
      const others = takenOver(now, aim, looping)
      if (others !== null) return others
      if (looping !== policy) await setPolicy(policy)
      // One that waits to be started again would wait up to a minute.
      const path = now.State.Restarting ? 'restart?t=0' : 'start'
      if (!now.State.Running || now.State.Restarting)
        done(await daemon.ask('POST', `/containers/${id}/${path}`), `start ${name}`, [304])
      return `${name} runs, and is left alone`
    },
  }
}

function restartsForEver({ name }: ContainerAim['policy']): boolean {
  return name === 'always' || name === 'unless-stopped'
}

function isDue({ Name, State }: Container, name: string, everyMs: number): boolean {
  if (Name.replace(/^\//, '') !== name || !State.Running || State.Restarting || State.Paused) return false
  return Date.now() - Date.parse(State.StartedAt) >= everyMs
}

/** A process id may be another's by now; what a container's processes are in bears its id. */
function isIts(id: string, pid: number): boolean {
  const file = `/proc/${pid}/cgroup`
  return pid > 1 && existsSync(file) && readFileSync(file, 'utf8').includes(id)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
