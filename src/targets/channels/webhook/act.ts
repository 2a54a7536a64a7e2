import type { MessageCommand } from '../../../state/command.ts'
import type { Fault } from '../../../state/fault.ts'
import type { Channel } from '../../../state/manifest.ts'
import type { Outcome } from '../../outcome.ts'
import { httpRequest } from '../../probes/http.ts'
import type { ChannelAct } from '../port.ts'
import { webhookLook } from './look.ts'
import { signature } from './sign.ts'

export type WebhookMeans = { readonly resolve: (value: string) => Promise<string>; readonly now: () => Date }

const timeoutMs = 15_000

/** Signed as Standard Webhooks 1.0.0 has it. Only 2xx counts as taken; a redirect does not. */
export function webhookAct(channel: Extract<Channel, { kind: 'webhook' }>, { resolve, now }: WebhookMeans): ChannelAct {
  return {
    ...webhookLook(),
    repeat: 'by key',
    apply: async (command, permit, context): Promise<Outcome> => {
      permit.spend(command)
      const at = now()
      const body = bodyOf(command, context, at)
      const headers = await headersOf(
        channel.secret === null ? null : await resolve(channel.secret),
        command.delivery,
        at,
        body,
      )
      const answer = await httpRequest({
        url: await resolve(channel.url),
        method: 'POST',
        headers,
        body,
        timeoutMs,
        maxBytes: 4096,
      })
      if (!answer.ok) return { ok: false, fault: notTaken(command, answer.fault.what), observed: null }
      const { status, latencyMs } = answer.value
      const observed = { status, latencyMs, delivery: command.delivery }
      if (status >= 200 && status < 300)
        return { ok: true, observed, says: `taken with ${status} as ${command.delivery}` }
      return { ok: false, fault: notTaken(command, `it answers ${status}`), observed }
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

async function headersOf(secret: string | null, id: string, at: Date, body: string): Promise<Record<string, string>> {
  const seconds = Math.floor(at.getTime() / 1000)
  const signed = secret === null ? {} : { 'webhook-signature': signature(secret, id, seconds, body) }
  return { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(seconds), ...signed }
}

function notTaken(command: MessageCommand, why: string): Fault {
  return {
    code: 'channel.not-taken',
    what: `Channel ${command.channel} did not take "${command.subject}": ${why}`,
    means: 'Whoever reads there has not been told. The rollback goes on.',
    next: `Tell them by hand, or send it again under the same id (${command.delivery}).`,
  }
}
