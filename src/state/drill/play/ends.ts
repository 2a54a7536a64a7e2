import type { RunState } from '../../run-state.ts'
import { sentence } from '../../fault.ts'
import { betweenMs, clockText } from '../../times.ts'
import type { Scenario } from '../scenario.ts'
import { notBegun } from './drill-state.ts'
import { deadlineOf } from './due.ts'
import type { DrillEnd } from './event.ts'
import { passes } from './outcome.ts'
import { injectStep } from './steps.ts'

/** Why a drill that goes on is to end now. Null: it goes on. */
export function whyEnds(
  state: RunState,
  scenario: Scenario,
  now: string,
): { readonly why: DrillEnd; readonly words: string } | null {
  const steady = notSteady(state, scenario)
  if (steady !== null) return { why: 'not steady', words: steady }
  const deadline = deadlineOf(state)
  if (deadline !== null && deadline <= now) return { why: 'deadline', words: `it was to be over by ${deadline}` }
  const stop = stopCondition(state, scenario, now) ?? notInjected(state, scenario)
  if (stop !== null) return { why: 'stop condition', words: stop }
  const played = Object.values((state.drill ?? notBegun).played)
  if (played.length === 0 || played.some(({ closed }) => closed === null)) return null
  return { why: 'finished', words: 'what was played in it is closed' }
}

/** Null: it is, or is not known yet. */
function notSteady({ drill, suites }: RunState, { steadyState }: Scenario): string | null {
  const suite = suites.baseline
  if ((drill?.began ?? null) !== null || suite === null || suite.running) return null
  const amiss = steadyState.filter(name => !passes(suite.results[name]?.verdict))
  if (amiss.length === 0) return null
  const says = amiss.map(name => `${name} (${suite.results[name]?.says ?? 'it was not asked'})`)
  return `its steady state is not there: ${says.join(', ')}`
}

/** A condition of a check is met where the check has failed for so long; whoever leads the drill asks it and tells its signal. */
function stopCondition({ down }: RunState, { stopConditions }: Scenario, now: string): string | null {
  for (const condition of stopConditions) {
    if (condition.kind !== 'check') continue
    const since = down[condition.check]?.since ?? null
    const failsFor = since === null ? 0 : betweenMs(since, now)
    if (since !== null && failsFor >= condition.failsForMs)
      return `${condition.check} has failed for ${clockText(failsFor)}`
  }
  return null
}

/** Without one of its faults it is another drill. */
function notInjected({ steps }: RunState, { injects }: Scenario): string | null {
  for (const inject of injects) {
    const { id, title } = injectStep(inject)
    const is = steps[id]
    if (is?.status !== 'failed') continue
    return `inject ${inject.id} (${title}) failed: ${is.fault === null ? 'nobody knows why' : sentence(is.fault)}`
  }
  return null
}
