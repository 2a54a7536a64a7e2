import type { Facts } from '../facts.ts'
import type { Timing } from '../manifest.ts'
import type { Past, PastRun } from '../past.ts'
import type { Estimated, Plan, Step } from '../plan.ts'
import { scheduleOf } from '../schedule.ts'
import { fromRehearsal } from './rehearsed.ts'
import { sameStep, sizeOf, waitMs } from './same-step.ts'

/** The longest chain of needs, in milliseconds. */
export function criticalPath(steps: readonly Step[]): number {
  return Math.max(0, ...scheduleOf(steps).map(({ toMs }) => toMs))
}

export type Known = { readonly past: Past; readonly facts: Facts; readonly timing: Timing }

/**
 * The one place that chooses what a step's estimate stands on: what it took when it was rehearsed, else in past runs, else the planner's own. What is
 * done stays the same, and the plan's hash with it.
 */
export function withEstimates(plan: Plan, known: Known): Plan {
  const steps = plan.steps.map(step => ({ ...step, ...(fromRehearsal(step, known.facts) ?? fromPast(step, known)) }))
  return { ...plan, steps, estimateMs: criticalPath(steps), estimates: words(steps, known.past) }
}

/** Newer ones tell more, and a few are enough. */
const runsAsked = 10

/** What is smaller takes as long as asking does. */
const scaledFrom = 1000

function fromPast(step: Step, { past, facts, timing }: Known): Pick<Step, 'estimateMs' | 'estimated'> | null {
  const key = sameStep(step.command)
  const size = sizeOf(step.command, facts)
  const seen = past.runs.flatMap(run => tookOf(run, key, size)).slice(0, runsAsked)
  if (seen.length === 0) return null
  const wait = waitMs(step.command, timing)
  const all = seen.map(({ ms }) => wait + ms).sort((a, b) => a - b)
  const estimated: Estimated = {
    from: 'runs',
    runs: all.length,
    leastMs: all[0] ?? 0,
    mostMs: all.at(-1) ?? 0,
    ...(seen.some(({ scaled }) => scaled) ? { scaled: true } : {}),
  }
  return { estimateMs: median(all), estimated }
}

/** Of several times in one run the last: what came before it did not end well. */
function tookOf(
  { took }: PastRun,
  key: string,
  size: number | null,
): readonly { readonly ms: number; readonly scaled: boolean }[] {
  const last = took.findLast(one => one.key === key)
  if (last === undefined) return []
  const scales = size !== null && last.size !== null && last.size >= scaledFrom
  return [{ ms: scales ? Math.round((last.ms * size) / last.size) : last.ms, scaled: scales && size !== last.size }]
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2
  const [below = 0, above = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return Math.round((below + above) / 2)
}

function words(steps: readonly Step[], { runs, notRead }: Past): readonly string[] {
  const known = steps.filter(({ estimated }) => estimated?.from === 'runs').length
  const rehearsed = steps.filter(({ estimated }) => estimated?.from === 'rehearsal').length
  const rest = known === steps.length ? '' : ', the others by their kind'
  const from =
    known === 0
      ? `No past run of this environment did these steps: each is estimated by its kind.`
      : `${known} of ${steps.length} steps are estimated from ${runs.length === 1 ? '1 past run' : `${runs.length} past runs`}${rest}.`
  const tried = rehearsed === 0 ? [] : [`${rehearsed} of ${steps.length} steps are estimated from a rehearsal.`]
  return [...tried, from, ...notRead]
}
