import { setTimeout as sleep } from 'node:timers/promises'
import type { Blocked } from '../../state/blocked.ts'
import type { RunEvent, Stage } from '../../state/event.ts'
import { instanceKey, type Instance } from '../../state/facts.ts'
import type { Signal } from '../../state/signal.ts'
import type { Acts } from '../../targets/acts.ts'
import type { Health } from '../../targets/services/port.ts'
import type { DatabaseLook } from '../../targets/databases/port.ts'
import type { Manifest } from '../../state/manifest.ts'
import { maskBlocked } from './step.ts'
import { workSaid } from './work-said.ts'

export type Observer = {
  /** Sums not journaled yet, as events; empties them. */
  readonly flush: () => readonly RunEvent[]
  readonly stop: () => Promise<void>
}

export type ObserverMeans = {
  readonly manifest: Manifest
  readonly looks: Pick<Acts, 'watch' | 'users'> & {
    readonly databases: Readonly<Record<string, Pick<DatabaseLook, 'pulse'>>>
  }
  readonly now: () => Date
  /** To which part of the run a sample taken now belongs. */
  readonly stage: () => Stage
  /** No secret in what is told of others' statements. */
  readonly mask: (text: string) => string
  /** Every sample; latest wins. */
  readonly onSignals: (signals: readonly Signal[]) => void
  /** Transitions and sums, for the journal. */
  readonly onEvents: (events: readonly RunEvent[]) => void
}

const sumEveryMs = 10_000
type Sum = {
  readonly key: string
  readonly stage: Stage
  from: string
  samples: number
  failures: number
  latency: number
  timed: number
}

/**
 * Looks at every host's services and at every database, each at the manifest's interval, until stopped. Each has a round
 * of its own: a host that gives no answer keeps nobody waiting but itself.
 */
export function observeTargets(means: ObserverMeans): Observer {
  const last = new Map<string, Signal>()
  const blocking = new Map<string, string>()
  const sums = new Map<string, Sum>()
  const stopping = new AbortController()
  const flush = (): readonly RunEvent[] => {
    const events = [...sums.values()].map(summed)
    sums.clear()
    return events
  }
  const take = (seen: readonly Signal[]): void => {
    if (stopping.signal.aborted) return
    const signals = seen.map(signal => withLastKnown(signal, last.get(signal.key)))
    means.onSignals(signals)
    const changed = signals.filter(signal => isChange(last.get(signal.key), signal))
    for (const signal of signals) {
      last.set(signal.key, signal)
      add(sums, signal, means.stage())
    }
    if (changed.length > 0) means.onEvents(changed.map(signal => ({ kind: 'signal.changed', signal: kept(signal) })))
  }
  const takeBlocked = (database: string, blocked: Blocked): void => {
    const names = namesOf(blocked)
    if (stopping.signal.aborted || names === (blocking.get(database) ?? '')) return
    blocking.set(database, names)
    means.onEvents([{ kind: 'sessions.blocking', database, ...maskBlocked(blocked, means.mask) }])
  }
  const rounds = roundsOf(means, takeBlocked).map(round =>
    every(means.manifest.timing.probeIntervalMs, stopping.signal, round, take),
  )
  const summing = every(
    sumEveryMs,
    stopping.signal,
    async () => flush(),
    events => {
      if (events.length > 0) means.onEvents(events)
    },
  )
  return { flush, stop: () => (stopping.abort(), Promise.all([...rounds, summing]).then(() => {})) }
}

/** `take` gets what each turn came to. */
async function every<T>(
  ms: number,
  signal: AbortSignal,
  turn: () => Promise<T>,
  take: (value: T) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      take(await turn())
    } catch (error) {
      // Whatever goes wrong with looking on, the run goes on without this look.
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    }
    await sleep(ms, undefined, { signal }).catch(() => {})
  }
}

type TakeBlocked = (database: string, blocked: Blocked) => void

function roundsOf(means: ObserverMeans, take: TakeBlocked): readonly (() => Promise<readonly Signal[]>)[] {
  const instances = Object.entries(means.manifest.services).flatMap(([service, { hosts }]) =>
    hosts.map(host => ({ service, host })),
  )
  const byHost = Map.groupBy(instances, ({ host }) => host)
  return [
    ...[...byHost.values()].map(own => () => Promise.all(own.map(instance => serviceSignal(means, instance)))),
    ...Object.entries(means.looks.users).map(([name, ask]) => async () => [await usersSignal(means, name, ask)]),
    ...Object.entries(means.looks.databases).map(([name, database]) => async () => [
      await databaseSignal(means, name, database, take),
    ]),
  ]
}

/**
 * Only what runs is asked for its health: a question to an address that has nobody yet makes the kernel hold back the
 * next ones for up to a second, and with them the health that a start waits for.
 */
async function serviceSignal({ looks, now }: ObserverMeans, instance: Instance): Promise<Signal> {
  const { state, note, release } = await looks.watch.observe(instance)
  const sample = { key: instanceKey(instance), at: now().toISOString(), release }
  if (state === 'running') {
    const health = await looks.watch.health(instance)
    return { ...sample, at: now().toISOString(), state: health.state, latencyMs: health.latencyMs, note: health.note }
  }
  const words = `${state}${note === null ? '' : `: ${note}`}`
  return { ...sample, state: state === 'unreachable' ? 'unknown' : 'unhealthy', latencyMs: null, note: words }
}

async function usersSignal({ now }: ObserverMeans, name: string, ask: () => Promise<Health>): Promise<Signal> {
  const { state, latencyMs, note } = await ask()
  return { key: `users:${name}`, at: now().toISOString(), state, release: null, latencyMs, note }
}

/** Of what cannot be seen now: what was seen of it last. */
function withLastKnown(signal: Signal, before: Signal | undefined): Signal {
  if (signal.state !== 'unknown' || before === undefined) return signal
  const { at, state, release } = before
  const lastKnown = state === 'unknown' ? before.lastKnown : { at, state, release }
  return lastKnown === undefined ? signal : { ...signal, lastKnown }
}

async function databaseSignal(
  { now, mask }: ObserverMeans,
  name: string,
  database: Pick<DatabaseLook, 'pulse'>,
  take: TakeBlocked,
): Promise<Signal> {
  const began = performance.now()
  const answer = await database.pulse()
  if (answer.ok)
    take(name, answer.value.works.find(({ waitsFor }) => waitsFor !== undefined)?.waitsFor ?? { sessions: [] })
  return {
    key: `database:${name}`,
    at: now().toISOString(),
    state: answer.ok ? 'healthy' : 'unhealthy',
    release: null,
    latencyMs: Math.round(performance.now() - began),
    note: answer.ok ? 'answers' : answer.fault.what,
    ...(answer.ok && answer.value.works.length > 0
      ? { work: answer.value.works.map(work => workSaid(work, mask)) }
      : {}),
  }
}

/** What is at work changes all the time, and the steps say it. */
function kept(signal: Signal): Signal {
  const { work, ...rest } = signal
  return work === undefined ? signal : rest
}

/** Which they are, and no figure that counts on. */
function namesOf({ sessions }: Blocked): string {
  return sessions.map(({ id, host, transaction }) => `${id} ${host} ${transaction ?? ''}`).join()
}

function isChange(before: Signal | undefined, now: Signal): boolean {
  return before === undefined || before.state !== now.state || before.release !== now.release
}

function add(sums: Map<string, Sum>, signal: Signal, stage: Stage): void {
  const { key } = signal
  const sum = sums.get(`${key} ${stage}`) ?? {
    key,
    stage,
    from: signal.at,
    samples: 0,
    failures: 0,
    latency: 0,
    timed: 0,
  }
  sum.samples += 1
  if (signal.state === 'unhealthy') sum.failures += 1
  if (signal.latencyMs !== null) {
    sum.latency += signal.latencyMs
    sum.timed += 1
  }
  sums.set(`${key} ${stage}`, sum)
}

function summed({ key, stage, from, samples, failures, latency, timed }: Sum): RunEvent {
  return {
    kind: 'signal.summed',
    key,
    stage,
    from,
    samples,
    failures,
    latencyMs: timed === 0 ? null : Math.round(latency / timed),
  }
}
