import { wordsFor } from '../../../state/channel-words.ts'
import type { MessageCommand } from '../../../state/message.ts'
import { hourText } from '../../../state/times.ts'

/** Plain text throughout: nothing in it is a link, a mention or a format, whoever wrote it. */
export function slackPayload(command: MessageCommand, run: string) {
  const { subject, text } = wordsFor('slack', command)
  const next = command.facts?.next ?? null
  const foot = [
    `run ${run}`,
    command.delivery,
    ...(next === null ? [] : [`next update by ${hourText(next)} UTC`]),
  ].join(' · ')
  return {
    text: escaped(`${subject}: ${text}`, 3000),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plainText(subject, 150) },
      { type: 'section', text: plainText(text, 3000) },
      { type: 'context', elements: [plainText(foot, 2000)] },
    ],
  }
}

function plainText(text: string, most: number) {
  return { type: 'plain_text', text: escaped(text, most), emoji: false }
}

/** Slack reads `<...>` as a link or a mention. Cut between characters, never inside of what stands for one. */
function escaped(text: string, most: number): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  let done = ''
  for (const character of text) {
    const next = names[character] ?? character
    if (done.length + next.length > most - 1) return `${done}…`
    done += next
  }
  return done
}
