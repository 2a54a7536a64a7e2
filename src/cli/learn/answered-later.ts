import type { Line } from '../../state/event.ts'
import type { Answered } from '../../state/run-state.ts'

/** What was answered of a run once it was over, in errands; the newest journal first. */
export function answeredIn(past: readonly (readonly Line[])[], run: string): Readonly<Record<string, Answered>> {
  const answered: Record<string, Answered> = {}
  for (const { event, actor, ts } of past.toReversed().flat()) {
    if (event.kind === 'proposal.answered' && event.of === run) {
      const { id, answer, reason } = event
      answered[id] = { answer, reason, by: actor.name, at: ts, written: null }
    }
    const before = event.kind === 'proposal.written' && event.of === run ? answered[event.id] : undefined
    if (before !== undefined && event.kind === 'proposal.written')
      answered[event.id] = { ...before, written: { ok: event.written, says: event.says } }
  }
  return answered
}
