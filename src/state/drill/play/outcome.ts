import type { RunOutcome } from '../../event.ts'
import type { RunState } from '../../run-state.ts'
import { describeFault } from '../command.ts'
import type { Scenario } from '../scenario.ts'
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
  const results = state.suites.after?.results ?? {}
  const amiss = checksAfter(scenario).filter(name => !passes(results[name]?.verdict))
  if (amiss.length > 0) return { outcome: 'short', why: `not as before: ${amiss.join(', ')}` }
  return { outcome: ending?.why === 'finished' ? 'reached' : 'short', why }
}

/** What has to pass once everything is taken back, each once. */
export function checksAfter({ steadyState, cleanUp }: Scenario): readonly string[] {
  return [...new Set([...steadyState, ...cleanUp.flatMap(one => (one.kind === 'check' ? [one.check] : []))])]
}

export function passes(verdict: string | undefined): boolean {
  return verdict === 'pass' || verdict === 'degraded'
}
