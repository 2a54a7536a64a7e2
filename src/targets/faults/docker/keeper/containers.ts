import type { FaultKind } from '../../../../state/drill/scenario.ts'
import type { Aim } from '../aim.ts'
import { done, Refused, type Daemon } from './daemon.ts'
import type { KeptFault } from './kept-fault.ts'

export type ContainerAim = Extract<Aim, { readonly kind: 'container' }>

export type Container = {
  readonly Id: string
  readonly Name: string
  readonly Image: string
  readonly Created: string
  readonly State: {
    readonly Running: boolean
    readonly Paused: boolean
    readonly Restarting: boolean
    readonly Pid: number
    readonly StartedAt: string
  }
  readonly HostConfig: { readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } }
  readonly Config: { readonly Labels: Readonly<Record<string, string>> }
  readonly Mounts: readonly { readonly Source: string; readonly Destination: string }[]
}

/** Null: it is not there. */
export async function lookAt(daemon: Daemon, which: string): Promise<Container | null> {
  const said = await daemon.ask('GET', `/containers/${encodeURIComponent(which)}/json`)
  if (said.status === 404) return null
  done(said, `look at container ${which}`)
  return said.body as Container
}

/** stop, kill and pause. */
export function containerFault(daemon: Daemon, aim: ContainerAim, fault: FaultKind): KeptFault {
  const { id, name, graceMs } = aim
  const tell = async (path: string, what: string): Promise<void> =>
    done(await daemon.ask('POST', `/containers/${id}/${path}`), `${what} ${name}`, [304])
  return {
    put: async () => {
      const now = await lookAt(daemon, id)
      if (now === null) throw new Refused(`${name} is not there any more`)
      if (fault === 'pause') {
        if (!now.State.Paused) await tell('pause', 'pause')
        return `${name} is paused`
      }
      if (now.State.Running)
        await tell(fault === 'kill' ? 'kill?signal=SIGKILL' : `stop?t=${Math.ceil(graceMs / 1000)}`, fault)
      return `${name} does not run`
    },
    takeBack: async () => {
      const now = await lookAt(daemon, id)
      if (now === null) return `${name} was removed meanwhile: nothing is started again`
      if (fault === 'pause') {
        if (!now.State.Paused) return `${name} is not paused`
        await tell('unpause', 'unpause')
        return `${name} goes on`
      }
      const others = takenOver(now, aim)
      if (others !== null) return others
      if (now.State.Running) return `${name} runs`
      await tell('start', 'start')
      return `${name} was started again`
    },
  }
}

/** Whoever has renamed a container, or has changed what starts it again, has plans of their own with it: a rollback does both. */
export function takenOver(now: Container, { name, policy }: ContainerAim, expected = policy): string | null {
  const called = now.Name.replace(/^\//, '')
  if (called !== name) return `${name} was replaced meanwhile, and is kept as ${called}: nothing is started again`
  const { Name = '', MaximumRetryCount: retries = 0 } = now.HostConfig.RestartPolicy ?? {}
  const is = Name === '' ? 'no' : Name
  if ([policy, expected].some(one => one.name === is && one.retries === retries)) return null
  return `somebody has given ${name} the restart policy ${is} meanwhile: nothing is started again`
}
