import { affected, publicScopeOf, type Parts } from './message-parts.ts'
import type { MessageMoment } from './message.ts'
import type { RunState } from './run-state.ts'
import { servicesDown } from './steps.ts'
import { oneLine } from './text.ts'

/** For those who answer for it: what it means, and whether it goes on. How it is done is left to the team. */
export function toExecutives(moment: MessageMoment, state: RunState, next: string, own: Parts): Parts {
  switch (moment) {
    case 'opened':
      return { what: own.what, sentences: [...own.sentences.slice(0, 1), impact(state), next] }
    case 'decided':
      return {
        what: own.what,
        sentences: [
          ...own.sentences.filter(sentence => !sentence.startsWith('Not changed:')).slice(0, -1),
          impact(state),
          next,
        ],
      }
    case 'progress':
      return { what: own.what, sentences: [...own.sentences.slice(0, 2), affected(publicScopeOf(state)), next] }
    case 'holding':
      return {
        what: 'the rollback waits for a decision',
        sentences: [
          'The rollback waits for a decision of the team.',
          down(state),
          affected(publicScopeOf(state)),
          next,
        ],
      }
    case 'restored':
    case 'resolved':
    case 'failed':
    case 'review':
    case 'note':
      return own
  }
}

function impact(state: RunState): string {
  const said = oneLine(state.decision?.impact ?? '', 400)
  return said === '' ? '' : `Impact: ${said}.`
}

function down(state: RunState): string {
  const services = new Set(servicesDown(state).map(instance => instance.split('@')[0]))
  return services.size === 0 ? '' : `Services stopped at the moment: ${services.size}.`
}
