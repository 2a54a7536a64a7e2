import type { RunEvent, Stage } from '../../state/event.ts'
import { instanceKey } from '../../state/facts.ts'
import type { Signal } from '../../state/signal.ts'
import type { Looks } from '../../targets/looks.ts'
import type { Manifest } from '../../state/manifest.ts'

export type Observer = {
  /** Sums not journaled yet, as events; empties them. */
  readonly flush: () => readonly RunEvent[]
  readonly stop: () => Promise<void>
}

export type ObserverMeans = {
  readonly manifest: Manifest
  readonly looks: Pick<Looks, 'services' | 'databases'>
  readonly now: () => Date
  /** To which part of the run a sample taken now belongs. */
  readonly stage: () => Stage
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

/** Looks at every service and database at the manifest's interval, one round after the other, until stopped. */
export function observeTargets(means: ObserverMeans): Observer {
  const last = new Map<string, Signal>()
  const sums = new Map<string, Sum>()
  const stopping = new AbortController()
  const flush = (): readonly RunEvent[] => {
    const events = [...sums.values()].map(summed)
    sums.clear()
    return events
  }
  const round = async (): Promise<void> => {
    const signals = await Promise.all([...serviceSignals(means), ...databaseSignals(means)])
    if (stopping.signal.aborted) return
    means.onSignals(signals)
    const changed = signals.filter(signal => isChange(last.get(signal.key), signal))
    for (const signal of signals) {
      last.set(signal.key, signal)
      add(sums, signal, means.stage())
    }
    if (changed.length > 0) means.onEvents(changed.map(signal => ({ kind: 'signal.changed', signal })))
  }
  const done = loop(round, means, stopping.signal, () => means.onEvents(flush()))
  return { flush, stop: () => (stopping.abort(), done) }
}

async function loop(
  round: () => Promise<void>,
  means: ObserverMeans,
  signal: AbortSignal,
  onSums: () => void,
): Promise<void> {
  let summedAt = performance.now()
  while (!signal.aborted) {
    await round()
    if (performance.now() - summedAt >= sumEveryMs) {
      summedAt = performance.now()
      onSums()
    }
    await pause(means.manifest.timing.probeIntervalMs, signal)
  }
}

function serviceSignals({ manifest, looks, now }: ObserverMeans): Promise<Signal>[] {
  const instances = Object.entries(manifest.services).flatMap(([service, { hosts }]) =>
    hosts.map(host => ({ service, host })),
  )
  return instances.map(async instance => {
    const [health, observed] = await Promise.all([looks.services.health(instance), looks.services.observe(instance)])
    const running = observed.state === 'running'
    const state = running || health.state === 'unknown' ? health.state : 'unhealthy'
    const note = running ? health.note : `${observed.state}${observed.note === null ? '' : `: ${observed.note}`}`
    return {
      key: instanceKey(instance),
      at: now().toISOString(),
      state,
      release: observed.release,
      latencyMs: health.latencyMs,
      note,
    }
  })
}

function databaseSignals({ looks, now }: ObserverMeans): Promise<Signal>[] {
  return Object.entries(looks.databases).map(async ([name, database]): Promise<Signal> => {
    const began = performance.now()
    const answer = await database.cell('SELECT 1')
    const latencyMs = Math.round(performance.now() - began)
    const state = answer.ok ? 'healthy' : 'unhealthy'
    return {
      key: `database:${name}`,
      at: now().toISOString(),
      state,
      release: null,
      latencyMs,
      note: answer.ok ? 'answers' : answer.fault.what,
    }
  })
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  return promise
}
