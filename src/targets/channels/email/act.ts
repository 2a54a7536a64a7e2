import type { MessageCommand } from '../../../state/message.ts'
import type { Outcome } from '../../outcome.ts'
import { refused } from '../deliver.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { emailLook } from './look.ts'
import { emailMessage } from './payload.ts'
import { mailError, mailWords, openTransport, type EmailChannel } from './transport.ts'

/** One message to all. A server that took the content and did not answer may have sent it on: it is not sent again. */
export function emailAct(channel: EmailChannel, means: ChannelMeans): ChannelAct {
  return {
    ...emailLook(channel, means),
    apply: async (command, permit, { run }) => {
      permit.spend(command)
      let isContentOut = false
      const transport = await openTransport(channel, means, () => {
        isContentOut = true
      })
      try {
        const info = await transport.sendMail(emailMessage(command, run, channel.from, channel.to))
        return taken(command, info.accepted, info.rejected)
      } catch (error) {
        return failed(command, error, isContentOut)
      } finally {
        transport.close()
      }
    },
  }
}

function taken(command: MessageCommand, accepted: readonly unknown[], rejected: readonly unknown[]): Outcome {
  const observed = { accepted: accepted.length, rejected: rejected.length, delivery: command.delivery }
  if (rejected.length === 0) return { ok: true, observed, says: `taken for ${accepted.length} as ${command.delivery}` }
  const why = `its server took it for ${accepted.length}, and not for ${rejected.map(String).join(', ')}`
  return refused(command, why, { ...observed, refused: true })
}

function failed(command: MessageCommand, error: unknown, isContentOut: boolean): Outcome {
  const seen = mailError(error)
  const { responseCode } = seen
  const observed = { status: responseCode, delivery: command.delivery }
  if (responseCode === null && isContentOut)
    return { ...refused(command, `${mailWords(seen)} after the message was sent`, observed), unknown: true }
  const isFinal = (responseCode !== null && responseCode >= 500) || ['EAUTH', 'ENOAUTH', 'ETLS'].includes(seen.code)
  return refused(command, mailWords(seen), isFinal ? { ...observed, refused: true } : observed)
}
