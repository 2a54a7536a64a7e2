import { wordsFor } from '../../../state/channel-words.ts'
import type { MessageCommand } from '../../../state/message.ts'
import type { RunContext } from '../../permit.ts'

/** A mark on the graphs; the last one spans the whole run. Without a dashboard it stands on all that ask for its tags. */
export function grafanaAnnotation(
  command: MessageCommand,
  context: Pick<RunContext, 'run' | 'environment'>,
  dashboard: string | null,
  now: Date,
) {
  const { subject, text } = wordsFor('grafana', command)
  const { facts, moment } = command
  const at = facts === undefined ? now.getTime() : Date.parse(facts.at)
  const ends = moment === 'resolved' || moment === 'failed'
  return {
    ...(dashboard === null ? {} : { dashboardUID: dashboard }),
    ...(ends && facts !== undefined ? { time: Date.parse(facts.openedAt), timeEnd: at } : { time: at }),
    tags: [
      'astern',
      'rollback',
      `environment:${context.environment}`,
      `moment:${moment}`,
      ...(facts?.class === 'drill' ? ['drill'] : []),
      ...deliveryTags(command, context.run),
    ],
    text: asText(`${subject}\n${text}`),
  }
}

/** By which a delivery is found again. A tag has 100 characters. */
export function deliveryTags({ delivery }: Pick<MessageCommand, 'delivery'>, run: string): readonly string[] {
  return [`run:${run.slice(-90)}`, `delivery:${delivery.slice(-90)}`]
}

/** Grafana draws HTML. */
function asText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
