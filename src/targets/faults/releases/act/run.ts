import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence } from '../../../outcome.ts'
import { digestOf } from '../../../services/releases/digest.ts'
import type { Place, ReleasesConfig } from '../../../services/releases/layout.ts'
import { pointedAt } from '../../../services/releases/observe.ts'
import { isSame, runningAt, type Running } from '../../../services/releases/processes.ts'
import { launch } from '../../../services/releases/launch.ts'
import { argvFor, environmentFor, startService } from '../../../services/releases/start.ts'
import { stopService } from '../../../services/releases/stop.ts'
import { notSignalled } from './words.ts'

/** One service on one host, and what starts it. */
export type Doer = {
  readonly config: ReleasesConfig
  readonly place: Place
  readonly host: string
  readonly evidence: Evidence
}

const lookMs = 50
const killedMs = 10_000

export async function stop({ place, evidence }: Doer): Promise<Fault | null> {
  const outcome = await stopService(place, place.service.stop.graceMs, evidence)
  return outcome.ok ? null : outcome.fault
}

/** Whoever holds its run lock, with all that it started, until nobody does. */
export async function killAll(doer: Doer): Promise<Fault | null> {
  const until = performance.now() + killedMs
  for (;;) {
    const running = await runningAt(doer.place)
    if (running === null) return null
    if (!(await signal(doer, running, 'SIGKILL')) || performance.now() >= until) return notSignalled(doer, running)
    await sleep(lookMs)
  }
}

export async function pauseAll(doer: Doer): Promise<Fault | null> {
  return each(doer, 'SIGSTOP', running => isStopped(running.pid))
}

export async function resumeAll(doer: Doer): Promise<Fault | null> {
  return each(doer, 'SIGCONT', async running => !(await isStopped(running.pid)))
}

/** Until it is so of whatever runs, or nothing does. */
async function each(
  doer: Doer,
  name: 'SIGSTOP' | 'SIGCONT',
  isSo: (running: Running) => Promise<boolean>,
): Promise<Fault | null> {
  const until = performance.now() + killedMs
  for (;;) {
    const running = await runningAt(doer.place)
    if (running === null || (await isSo(running))) return null
    if (!(await signal(doer, running, name)) || performance.now() >= until) return notSignalled(doer, running)
    await sleep(lookMs)
  }
}

/** Where nothing runs: what `current` points at. `only`: and it is that one; another is somebody else's doing. */
export async function bringBack({ config, place, host, evidence }: Doer, only: string | null): Promise<Fault | null> {
  if ((await runningAt(place)) !== null) return null
  const release = await pointedAt(place)
  if (release === null || (only !== null && release !== only)) return null
  const { digest } = await digestOf(join(place.releases, release))
  const command = { kind: 'service.start', service: place.name, host, release, digest: digest ?? '' } as const
  const outcome = await startService(config, place, command, evidence)
  return outcome.ok ? null : outcome.fault
}

/** It is restarted again and again, so long after each start, for as long as it is that release. */
export async function loop(
  doer: Doer,
  { release, everyMs }: { readonly release: string | null; readonly everyMs: number },
  signal: AbortSignal,
): Promise<void> {
  let last: { readonly running: Running; readonly since: number } | null = null
  while (!signal.aborted) {
    const running = await runningAt(doer.place)
    const isNew = running !== null && !isSame(last?.running ?? null, running)
    if (isNew) last = { running, since: performance.now() }
    else if (running !== null && last !== null && performance.now() - last.since >= everyMs)
      await restart(doer, release)
    await sleep(lookMs, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * The next one waits for the run lock before the one that has it is killed: it is never free, so that nobody who stops the service
 * meanwhile takes it for stopped.
 */
export async function restart(doer: Doer, only: string | null): Promise<Fault | null> {
  const { config, place } = doer
  const running = await runningAt(place)
  if (running === null || running.release === null || running.release !== only) return null
  const directory = join(place.releases, running.release)
  const environment = await environmentFor(config, place, running.release)
  if (!environment.ok) return environment.fault
  const next = await launch(place, argvFor(place, directory), directory, environment.value, 'next')
  const isNext = (await isWaiting(next.pid)) && isSame(running, await runningAt(place))
  const isKilled = isNext && (await signal(doer, running, 'SIGKILL'))
  if (isKilled && (await hasTaken(next.pid))) return null
  next.abandon()
  return isNext ? notSignalled(doer, running) : null
}

/** Before that nothing could be told of whatever runs; and left waiting, it would start by itself once somebody stops the service. */
async function hasTaken(pid: number): Promise<boolean> {
  return (await settles(pid, lock => lock === 'has')) !== 'late'
}

async function isWaiting(pid: number): Promise<boolean> {
  return (await settles(pid, lock => lock !== null)) === 'waits'
}

/** As soon as its lock is so, or it has ended: null. */
async function settles(pid: number, isSo: (lock: Lock) => boolean): Promise<Lock | 'late'> {
  const until = performance.now() + killedMs
  while (performance.now() < until) {
    const lock = await lockOf(pid)
    if (isSo(lock)) return lock
    if (await hasEnded(pid)) return null
    await sleep(10)
  }
  return 'late'
}

type Lock = 'has' | 'waits' | null

/** As the kernel lists it. */
async function lockOf(pid: number): Promise<Lock> {
  const found = new RegExp(`: (-> )?FLOCK +ADVISORY +WRITE ${pid} `).exec(await readFile('/proc/locks', 'utf8'))
  if (found === null) return null
  return found[1] === undefined ? 'has' : 'waits'
}

/** With its whole group, where it leads one: only ever what holds the run lock now. False: this account may not. */
async function signal({ place }: Doer, running: Running, name: NodeJS.Signals): Promise<boolean> {
  if (!isSame(running, await runningAt(place))) return true
  const { pid } = running
  const whom = (await groupOf(pid)) === pid ? -pid : pid
  try {
    process.kill(whom, name)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM')
  }
}

async function groupOf(pid: number): Promise<number | null> {
  const fields = await statOf(pid)
  return fields === null ? null : Number(fields[2])
}

async function hasEnded(pid: number): Promise<boolean> {
  const state = (await statOf(pid))?.[0]
  return state === undefined || state === 'Z'
}

async function isStopped(pid: number): Promise<boolean> {
  return (await statOf(pid))?.[0] === 'T'
}

/** State, parent, group and what follows. */
async function statOf(pid: number): Promise<readonly string[] | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return line?.slice(line.lastIndexOf(')') + 2).split(' ') ?? null
}
