import type { Channel } from '../../../state/channel.ts'
import type { MessageCommand } from '../../../state/message.ts'
import { deliver } from '../deliver.ts'
import { addressLook } from '../look.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { signature } from './sign.ts'

/** Signed as Standard Webhooks 1.0.0 has it: the same id on every attempt, and the time of this one. */
export function webhookAct(channel: Extract<Channel, { kind: 'webhook' }>, means: ChannelMeans): ChannelAct {
  return {
    ...addressLook('the webhook', channel.url, means),
    apply: async (command, permit, context) => {
      permit.spend(command)
      const at = means.now()
      const body = bodyOf(command, context, at)
      const secret = channel.secret === null ? null : await means.resolve(channel.secret)
      return deliver(command, {
        called: 'the webhook',
        url: await means.resolve(channel.url),
        headers: headersOf(secret, command.delivery, at, body),
        body,
        timeoutMs: means.timeoutMs,
        repeat: 'by key',
      })
    },
  }
}

function bodyOf(
  command: MessageCommand,
  context: { readonly run: string; readonly environment: string },
  at: Date,
): string {
  const { moment, subject, text } = command
  const data = { run: context.run, environment: context.environment, moment, subject, text }
  return JSON.stringify({ type: `astern.message.${moment}`, timestamp: at.toISOString(), data })
}

function headersOf(secret: string | null, id: string, at: Date, body: string): Record<string, string> {
  const seconds = Math.floor(at.getTime() / 1000)
  const signed = secret === null ? {} : { 'webhook-signature': signature(secret, id, seconds, body) }
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), ...signed }
}
