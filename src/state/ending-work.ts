import { houseStep } from './house-steps.ts'
import type { Step } from './plan.ts'
import type { RunState } from './run-state.ts'
import type { Work } from './work.ts'

/** What a person asked for, as steps of the run's own: looked at first, journaled, and looked at again. */
export function endingSteps(state: RunState): readonly Step[] {
  return state.endings.map(({ step, database, sessions }, index) => ({
    ...houseStep(`${step}.end.${index + 1}`, 4, { kind: 'database.end', database, sessions }),
    risk: 'destructive',
    deadlineMs: 60_000,
  }))
}

/** The endings nobody has begun; and the step that had given up tries again when they are over. */
export function endingWork(state: RunState): readonly Work[] {
  return endingSteps(state).flatMap((step, index): readonly Work[] => {
    const status = state.steps[step.id]?.status ?? 'waiting'
    if (status === 'waiting') return [{ id: `step ${step.id}`, kind: 'step', step }]
    const ending = state.endings[index]
    const held = state.steps[ending?.step ?? '']
    const again = held?.status === 'failed' && held.attempt === ending?.attempt && isLast(state, index)
    if (!again || (status !== 'ok' && status !== 'already')) return []
    return [{ id: `again ${step.id}`, kind: 'record', events: [{ kind: 'step.retried', step: held.id }] }]
  })
}

function isLast({ endings }: RunState, index: number): boolean {
  return endings.findLastIndex(({ step }) => step === endings[index]?.step) === index
}
