import { wordsFor } from '../../../state/channel-words.ts'
import { drillIds } from '../../../state/drill/prefix.ts'
import type { MessageCommand } from '../../../state/message.ts'

/** Plain text. Messages of one run stand in one thread, and each is known by its delivery. */
export function emailMessage(command: MessageCommand, run: string, from: string, to: readonly string[]) {
  const { subject, text } = wordsFor('email', command)
  const { invitation } = command
  const thread = `<${idOf(run)}@astern.invalid>`
  return {
    from,
    to: [...to],
    subject,
    text: `${text}\n\n-- \nRun ${run}, delivery ${command.delivery}\n`,
    messageId: `<${idOf(command.delivery)}@astern.invalid>`,
    references: [thread],
    inReplyTo: thread,
    headers: { 'Auto-Submitted': 'auto-generated' },
    // A calendar reads it as the part of its own that RFC 6047 describes, and a person as the file beside it.
    ...(invitation === undefined
      ? {}
      : {
          icalEvent: {
            method: invitation.method,
            filename: `${run.startsWith(drillIds) ? drillIds : ''}post-mortem.ics`,
            content: invitation.text,
          },
        }),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function idOf(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '_')
}
