import { dataSentence } from './data-sentence.ts'
import { isDrill } from './drill/is-drill.ts'
import type { MessageFacts, MessageMoment } from './message.ts'
import { publicDataSentence, publicScopeOf, scopeOf } from './message-parts.ts'
import type { RunState } from './run-state.ts'
import { plusMs } from './times.ts'

export const nextUpdateMs = 20 * 60_000

/** What stands beside the words. The public is told no versions, machines or tables. */
export function messageFacts(moment: MessageMoment, state: RunState, now: string, audience: string): MessageFacts {
  const plan = state.plan?.plan
  const isPublic = audience === 'public'
  const ends = moment === 'resolved' || moment === 'failed'
  return {
    at: now,
    openedAt: state.run?.openedAt ?? now,
    class: isDrill(state.run) ? 'drill' : (state.run?.class ?? 'production'),
    severity: state.decision?.severity ?? state.proposed?.severity ?? null,
    scope: isPublic ? publicScopeOf(state) : scopeOf(state),
    from: isPublic ? null : (plan?.from ?? null),
    to: isPublic ? null : (plan?.target.version ?? null),
    services: isPublic ? [] : instancesOf(state),
    next: moment === 'resolved' || moment === 'review' || moment === 'note' ? null : plusMs(now, nextUpdateMs),
    data: ends ? (isPublic ? publicDataSentence(state) : dataSentence(state)) : null,
  }
}

function instancesOf(state: RunState): MessageFacts['services'] {
  const plan = state.plan?.plan
  if (plan === undefined || plan.purpose.kind === 'undo') return []
  return plan.changes.map(({ instance, digest }) => {
    const [service = '', host = ''] = instance.split('@')
    return { service, host, digest }
  })
}
