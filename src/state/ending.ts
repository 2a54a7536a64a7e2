import type { Blocked } from './blocked.ts'
import type { RunState, StepState } from './run-state.ts'
import { planSteps } from './steps.ts'

export type BlockedStep = Blocked & { readonly step: string; readonly attempt: number; readonly database: string }

/** The step that sessions at its database keep waiting now, or kept waiting until it gave up; null: none is. */
export function blockedStep(state: RunState): BlockedStep | null {
  for (const { id } of planSteps(state)) {
    const blocked = blockedAt(state, id)
    if (blocked !== null) return blocked
  }
  return null
}

/** Who keeps this step waiting, by its own fault or, while it is at work, by what is seen of its database. */
export function blockedAt(state: RunState, id: string): BlockedStep | null {
  const now = state.steps[id]
  const command = planSteps(state).find(step => step.id === id)?.command
  if (now === undefined || command === undefined || !('database' in command)) return null
  const { database } = command
  const blocked = now.status === 'running' ? state.blocking[database] : now.fault?.blocked
  const isNow = now.status === 'running' || now.status === 'failed'
  if (!isNow || blocked === undefined || blocked.sessions.length === 0) return null
  return { ...blocked, step: id, attempt: now.attempt, database }
}

/** The last ending that was asked for this try of a step, as a step: null where none was, undefined where nobody has begun it. */
export function endingOf(state: RunState, step: string): StepState | undefined | null {
  const index = state.endings.findLastIndex(ending => ending.step === step)
  if (index === -1 || state.endings[index]?.attempt !== state.steps[step]?.attempt) return null
  return state.steps[`${step}.end.${index + 1}`]
}
