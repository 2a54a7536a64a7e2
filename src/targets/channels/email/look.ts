import { cannotTell } from '../look.ts'
import type { ChannelLook, ChannelMeans } from '../port.ts'
import { mailError, mailWords, openTransport, type EmailChannel } from './transport.ts'

export function emailLook(channel: EmailChannel, means: ChannelMeans): ChannelLook {
  return {
    probe: () => Promise.resolve(cannotTell('a mail server')),
    verify: async () => {
      const transport = await openTransport(channel, means)
      try {
        await transport.verify()
        const login = channel.user === null ? '' : `, and takes ${channel.user}`
        return { ok: true, says: `e-mail: its server is reached${login}; nothing was sent`, next: '' }
      } catch (error) {
        const says = `e-mail: ${mailWords(mailError(error))}`
        return { ok: false, says, next: 'Correct its server, user or password.' }
      } finally {
        transport.close()
      }
    },
  }
}
