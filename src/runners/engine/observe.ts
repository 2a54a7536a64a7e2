import type { Blocked } from '../../state/blocked.ts'
import type { RunEvent, Stage } from '../../state/event.ts'
import type { Signal } from '../../state/signal.ts'
import { maskBlocked } from '../masking/blocked.ts'
import { every, watchTargets, type WatchMeans } from '../watching/watch.ts'

export type Observer = {
  /** Sums not journaled yet, as events; empties them. */
  readonly flush: () => readonly RunEvent[]
  readonly stop: () => Promise<void>
}

export type ObserverMeans = Omit<WatchMeans, 'onBlocked'> & {
  /** To which part of the run a sample taken now belongs. */
  readonly stage: () => Stage
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

/** Watches the targets for a run: every sample is handed on, transitions and sums become events. */
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
  const take = (signals: readonly Signal[]): void => {
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
    if (names === (blocking.get(database) ?? '')) return
    blocking.set(database, names)
    means.onEvents([{ kind: 'sessions.blocking', database, ...maskBlocked(blocked, means.mask) }])
  }
  const watching = watchTargets({ ...means, onSignals: take, onBlocked: takeBlocked })
  const summing = every(
    sumEveryMs,
    stopping.signal,
    async () => flush(),
    events => {
      if (events.length > 0) means.onEvents(events)
    },
  )
  return { flush, stop: () => (stopping.abort(), Promise.all([watching.stop(), summing]).then(() => {})) }
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
