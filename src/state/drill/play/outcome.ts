import type { RunOutcome } from '../../event.ts'
import type { RunState } from '../../run-state.ts'
import { describeFault } from '../command.ts'
import type { Scenario } from '../scenario.ts'
import { scenarioOf } from './due.ts'
import { notTakenBack } from './undo.ts'

/** `reached`: played to its end, and the environment is as it was before. */
export function outcomeOf(
  state: RunState,
  scenario: Scenario,
): { readonly outcome: Extract<RunOutcome, 'reached' | 'short' | 'refused'>; readonly why: string } {
  const { ending = null, began = null } = state.drill ?? {}
  const why = ending?.words ?? ''
  if (ending?.why === 'not steady') return { outcome: 'refused', why }
  const left = notTakenBack(state)
  if (left.length > 0) return { outcome: 'short', why: `not taken back: ${left.map(describeFault).join(', ')}` }
  // What was never played has changed nothing that would have to be as before.
  if (began === null) return { outcome: 'short', why }
  const amiss = notAsBefore(state, scenario)
  if (amiss.length > 0) return { outcome: 'short', why: `not as before: ${amiss.join(', ')}` }
  return { outcome: ending?.why === 'finished' ? 'reached' : 'short', why }
}

/** Of a drill that is closed: all that it had put at targets was taken back, and where it had begun everything is as before. */
export function isPutRight(state: RunState): boolean {
  const scenario = scenarioOf(state)
  if (scenario === null || !isAllTakenBack(state)) return false
  return (state.drill?.began ?? null) === null || notAsBefore(state, scenario).length === 0
}

/** Of a drill that is closed, whatever the steady state was afterwards. */
export function isAllTakenBack(state: RunState): boolean {
  return state.closed !== null && notTakenBack(state).length === 0
}

function notAsBefore({ suites }: RunState, scenario: Scenario): readonly string[] {
  return checksAfter(scenario).filter(name => !passes(suites.after?.results[name]?.verdict))
}

/** What has to pass once everything is taken back, each once. */
export function checksAfter({ steadyState, cleanUp }: Scenario): readonly string[] {
  return [...new Set([...steadyState, ...cleanUp.flatMap(one => (one.kind === 'check' ? [one.check] : []))])]
}

export function passes(verdict: string | undefined): boolean {
  return verdict === 'pass' || verdict === 'degraded'
}
