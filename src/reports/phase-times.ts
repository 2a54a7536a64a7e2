import type { PhaseNumber } from '../state/phases.ts'
import type { RunState, StepState } from '../state/run-state.ts'
import { planSteps } from '../state/steps.ts'

/** From when to when a phase went, as ISO times; null: not begun, not ended. */
export type Span = { readonly from: string | null; readonly to: string | null }

/** Each phase's span by what marks its begin and end; 3 and 4 may overlap. */
export function phaseTimes(state: RunState): Readonly<Record<PhaseNumber, Span>> {
  const { run, decision, plan, suites, accepted, closed } = state
  const rollback = decision?.choice === 'roll back'
  const services = workOf(state, 3)
  const database = workOf(state, 4)
  const firstBegun = [services.from, database.from].filter(at => at !== null).sort()[0] ?? null
  const frozen = firstBegun ?? plan?.approved?.at ?? null
  const followUp = rollback ? (accepted?.at ?? null) : (decision?.at ?? null)
  return {
    1: { from: run?.openedAt ?? null, to: decision?.at ?? null },
    2: { from: rollback ? decision.at : null, to: rollback ? frozen : null },
    3: services,
    4: database,
    5: { from: suites.after?.startedAt ?? null, to: accepted?.at ?? null },
    6: { from: followUp, to: followUp === null ? null : (closed?.at ?? null) },
  }
}

/** Steps of a plan that was revised since count too: they stand among the steps, by what they command. */
function workOf(state: RunState, phase: 3 | 4): Span {
  const planned = new Set(planSteps(state).flatMap(step => (step.phase === phase ? [step.id] : [])))
  const prefix = phase === 3 ? 'service.' : 'database.'
  const steps = Object.values(state.steps).filter(
    ({ id, command }) => planned.has(id) || command?.kind.startsWith(prefix) === true,
  )
  const begun = times(steps, 'begunAt')
  const over = steps.every(({ status }) => status !== 'waiting' && status !== 'running' && status !== 'unknown')
  return { from: begun[0] ?? null, to: over ? (times(steps, 'settledAt').at(-1) ?? null) : null }
}

function times(steps: readonly StepState[], key: 'begunAt' | 'settledAt'): readonly string[] {
  return steps.flatMap(step => step[key] ?? []).sort()
}
