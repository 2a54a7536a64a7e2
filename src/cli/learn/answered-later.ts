import type { Line } from '../../state/event.ts'
import { replay } from '../../state/reduce.ts'
import type { Answered } from '../../state/run-state.ts'

/** What was answered of a run once it was over, in errands; the newest journal first. */
export function answeredIn(past: readonly (readonly Line[])[], run: string): Readonly<Record<string, Answered>> {
  const own = past
    .toReversed()
    .flat()
    .filter(
      ({ event }) => (event.kind === 'proposal.answered' || event.kind === 'proposal.written') && event.of === run,
    )
  return replay(own).answered
}
