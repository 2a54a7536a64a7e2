import { wordsFor } from '../../../state/channel-words.ts'
import type { MessageCommand, MessageMoment } from '../../../state/message.ts'
import { hourText } from '../../../state/times.ts'

const styles: Readonly<Partial<Record<MessageMoment, string>>> = {
  restored: 'good',
  resolved: 'good',
  holding: 'attention',
  failed: 'attention',
}

/** An adaptive card of version 1.4, which is what Teams draws. Text runs know no markup: no link, no mention. */
export function teamsPayload(command: MessageCommand, run: string) {
  const { subject, text } = wordsFor('teams', command)
  const { severity = null, next = null } = command.facts ?? {}
  const facts = [
    ...(severity === null ? [] : [{ title: 'Severity', value: severity }]),
    { title: 'Run', value: run },
    ...(next === null ? [] : [{ title: 'Next update by', value: `${hourText(next)} UTC` }]),
    { title: 'Delivery', value: command.delivery },
  ]
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      {
        type: 'Container',
        style: styles[command.moment] ?? 'warning',
        items: [
          { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: subject, size: 'Medium', weight: 'Bolder' }] },
          { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] },
          { type: 'FactSet', facts },
        ],
      },
    ],
  }
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return { type: 'message', attachments: [attachment] }
}
