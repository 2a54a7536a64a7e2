import { lockedOutLines } from './locked-out.ts'
import type { RunState } from './run-state.ts'

/** What a run that has ended, or will, leaves to people: writers that are locked out, and what it could not drop. */
export function leftLines(state: RunState): readonly string[] {
  const untidied = Object.values(state.steps).flatMap(({ id, status, fault }) =>
    id.endsWith('.tidy') && status === 'failed' && fault !== null ? [`${fault.what}. ${fault.next}`] : [],
  )
  return [...lockedOutLines(state), ...untidied]
}
