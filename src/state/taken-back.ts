import type { FlashbackCommand } from './flashback-command.ts'
import type { RunState } from './run-state.ts'
import { planSteps } from './steps.ts'

/** Rows that a run took back, or wrote again, and where. */
export function takenBackBy(state: RunState): readonly FlashbackCommand[] {
  return planSteps(state).flatMap(({ id, command }) => {
    const status = state.steps[id]?.status
    return command.kind === 'database.flashback' && (status === 'ok' || status === 'already')
      ? [{ ...command, kind: 'database.flashback' as const }]
      : []
  })
}
