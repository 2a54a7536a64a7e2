import type { Line, RunEvent } from './event.ts'
import type { RunState } from './run-state.ts'
import type { Signal } from './signal.ts'
import { betweenMs } from './times.ts'

type SignalEvent = Extract<RunEvent, { kind: `signal.${string}` }>
export type SignalLine = Line & { readonly event: SignalEvent }

export function isSignalLine(line: Line): line is SignalLine {
  return line.event.kind === 'signal.changed' || line.event.kind === 'signal.summed'
}

/**
 * What lines that follow each other tell of targets. There may be a thousand keys and as many lines: the tables are
 * copied once for all of them.
 */
export function reduceSignals(state: RunState, lines: readonly SignalLine[]): Partial<RunState> {
  const isSummed = lines.some(({ event }) => event.kind === 'signal.summed')
  const isChanged = lines.some(({ event }) => event.kind === 'signal.changed')
  const signals = isChanged ? { ...state.signals } : {}
  const down = isChanged ? { ...state.down } : {}
  const sums = isSummed ? { ...state.sums } : {}
  for (const { event } of lines) {
    if (event.kind === 'signal.summed') {
      sums[event.key] = sum(sums[event.key], event)
      continue
    }
    const { key } = event.signal
    signals[key] = event.signal
    const stood = downOf(down[key], event.signal)
    if (stood !== undefined) down[key] = stood
  }
  return { ...(isChanged ? { signals, down } : {}), ...(isSummed ? { sums } : {}) }
}

function sum(
  before: RunState['sums'][string] | undefined,
  event: Extract<RunEvent, { kind: 'signal.summed' }>,
): RunState['sums'][string] {
  const none = { samples: 0, failures: 0, latencyMs: null }
  const stages = before ?? { before: none, during: none, after: none }
  const { samples, failures, latencyMs } = stages[event.stage]
  const sums = {
    samples: samples + event.samples,
    failures: failures + event.failures,
    latencyMs: meanOf(latencyMs, samples - failures, event),
  }
  return { ...stages, [event.stage]: sums }
}

function meanOf(
  mean: number | null,
  answered: number,
  { latencyMs, samples, failures }: Extract<RunEvent, { kind: 'signal.summed' }>,
): number | null {
  if (mean === null || latencyMs === null) return mean ?? latencyMs
  const more = samples - failures
  return answered + more === 0 ? mean : Math.round((mean * answered + latencyMs * more) / (answered + more))
}

/** Unknown is neither: a look that was not answered says nothing about users. */
function downOf(
  before: RunState['down'][string] | undefined,
  { at, state }: Signal,
): RunState['down'][string] | undefined {
  const { ms, since } = before ?? { ms: 0, since: null }
  if (state === 'unhealthy') return { ms, since: since ?? at }
  if (since === null || state === 'unknown') return before
  return { ms: ms + betweenMs(since, at), since: null }
}
