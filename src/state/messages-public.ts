import {
  affected,
  duration,
  investigating,
  publicDataSentence,
  publicScopeOf,
  review,
  type Parts,
} from './message-parts.ts'
import type { MessageMoment } from './message.ts'
import type { RunState } from './run-state.ts'
import { stepsDone } from './steps.ts'
import { hourText } from './times.ts'

/** For those outside: what they see, what is being done, when the next word comes. Null: as the team is told. */
export function toPublic(moment: MessageMoment, state: RunState, now: string, next: string): Parts | null {
  const seen = publicScopeOf(state)
  // The first one names the incident on a page for good: it says what is seen, and not how far it is.
  const what = seen === '' ? 'a problem' : `a problem affecting ${seen}`
  const isUndo = state.plan?.plan.purpose.kind === 'undo'
  switch (moment) {
    case 'opened':
      return { what, sentences: [investigating(seen), 'Some users may see errors.', next] }
    case 'decided':
      return {
        what: isUndo ? 'a change is under way' : what,
        sentences: [
          isUndo
            ? 'A change that was taken back is being made again.'
            : 'The issue was caused by a recent release. We are restoring the previous version.',
          affected(seen),
          next,
        ],
      }
    case 'progress':
      return { what: `${what}: update`, sentences: [going(state), affected(seen), next] }
    case 'holding':
      return { what: `${what}: update`, sentences: ['The work takes longer than planned.', affected(seen), next] }
    case 'restored':
      return {
        what: `${what}: monitoring`,
        sentences: [
          `${isUndo ? 'The change has been made' : 'The previous version has been restored'} at ${hourText(now)} UTC. We are monitoring.`,
          next,
        ],
      }
    case 'resolved':
      return {
        what: `${what}: resolved`,
        sentences: [
          `Resolved at ${hourText(now)} UTC; duration ${duration(state, now)}.`,
          publicDataSentence(state),
          review(state),
        ],
      }
    case 'failed':
      return {
        what: `${what}: not solved yet`,
        sentences: [
          'The problem is not solved yet; another way is being taken.',
          affected(seen),
          publicDataSentence(state),
          next,
        ],
      }
    case 'review':
    case 'note':
      return null
  }
}

function going(state: RunState): string {
  if (state.last['plan.approved'] === undefined) return 'We are still investigating.'
  return stepsDone(state)
    ? 'The previous version has been restored. We are still monitoring.'
    : 'We are still restoring the previous version.'
}
