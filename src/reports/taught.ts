import type { Line } from '../state/event.ts'
import type { RunState } from '../state/run-state.ts'
import { betweenMs, clockText } from '../state/times.ts'
import type { Attempt } from '../state/attempts.ts'

/** What went otherwise than planned, one sentence each: where a review begins to ask. */
export function taught(state: RunState, lines: readonly Line[], attempts: readonly Attempt[]): readonly string[] {
  return [
    ...retried(attempts),
    ...slow(state, attempts),
    ...skipped(state),
    ...waited(lines),
    ...flaky(state),
    ...overridden(state),
    ...state.faults.map(({ what }) => `Fault seen: ${what}`),
    ...state.recovered.map(
      ({ droppedBytes, at }) => `The journal lost ${droppedBytes} bytes of its last line before ${at}`,
    ),
    ...clockJumps(lines),
  ]
}

function retried(attempts: readonly Attempt[]): readonly string[] {
  const more = attempts.filter(({ attempt }) => attempt > 1)
  return more.map(({ step, attempt, outcome }) => `${step} needed attempt ${attempt}, which ended: ${outcome}`)
}

const slowFactor = 2
const slowAtLeastMs = 5_000

function slow(state: RunState, attempts: readonly Attempt[]): readonly string[] {
  const estimates = new Map((state.plan?.plan.steps ?? []).map(({ id, estimateMs }) => [id, estimateMs]))
  return attempts.flatMap(({ step, begunAt, endedAt }) => {
    const estimate = estimates.get(step)
    if (estimate === undefined || endedAt === null) return []
    const took = betweenMs(begunAt, endedAt)
    if (took < slowFactor * estimate || took - estimate < slowAtLeastMs) return []
    return [`${step} took ${clockText(took)}, estimated ${clockText(estimate)}`]
  })
}

function skipped(state: RunState): readonly string[] {
  return Object.values(state.steps).flatMap(({ id, skipped: why }) =>
    why === null ? [] : [`${id} was skipped by ${why.by}: ${why.reason}`],
  )
}

/** Holds, each with how long it lasted. */
function waited(lines: readonly Line[]): readonly string[] {
  const said: string[] = []
  let held: { readonly at: string; readonly reason: string } | null = null
  for (const { ts, event } of lines) {
    if (event.kind === 'held') held ??= { at: ts, reason: event.reason }
    const over = event.kind === 'resumed' || event.kind === 'close.asked'
    if (!over || held === null) continue
    said.push(`The run was held for ${clockText(betweenMs(held.at, ts))}: ${held.reason}`)
    held = null
  }
  return held === null ? said : [...said, `The run is held since ${held.at}: ${held.reason}`]
}

function flaky({ suites }: RunState): readonly string[] {
  const results = Object.values(suites.after?.results ?? {})
  return results.flatMap(({ name, verdict, attempts, firstFailure }) =>
    verdict === 'pass' && firstFailure !== null ? [`Check ${name} passed at attempt ${attempts}: ${firstFailure}`] : [],
  )
}

function overridden({ signed, accepted }: RunState): readonly string[] {
  const items = Object.entries(signed).map(([item, { by, reason }]) => `${item} was signed off by ${by}: ${reason}`)
  if (accepted === null || accepted.reason === null) return items
  return [`The result was accepted by ${accepted.by} over: ${accepted.reason}`, ...items]
}

const jumpMs = 2_000

/** Between two lines of one boot both clocks should have gone the same way. */
function clockJumps(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line, index) => {
    const before = lines[index - 1]
    if (before === undefined || before.boot !== line.boot) return []
    const wall = betweenMs(before.ts, line.ts) - betweenMs(line.ts, before.ts)
    const jump = Math.round(wall - (line.mono - before.mono))
    return Math.abs(jump) < jumpMs
      ? []
      : [`The wall clock jumped by ${(jump / 1000).toFixed(1)} s before line ${line.seq}`]
  })
}
