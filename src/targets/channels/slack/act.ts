import type { Channel } from '../../../state/channel.ts'
import { deliver } from '../deliver.ts'
import { addressLook } from '../look.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { slackPayload } from './payload.ts'

/** An incoming webhook. It has no key to deduplicate by, and cannot be asked. */
export function slackAct(channel: Extract<Channel, { kind: 'slack' }>, means: ChannelMeans): ChannelAct {
  return {
    ...addressLook('Slack', channel.url, means),
    apply: async (command, permit, { run }) => {
      permit.spend(command)
      return deliver(command, {
        called: 'Slack',
        url: await means.resolve(channel.url),
        body: JSON.stringify(slackPayload(command, run)),
        timeoutMs: means.timeoutMs,
        isAddressSecret: true,
        repeat: 'never',
        doubt: ({ text }) =>
          text.trim() === 'ok' ? null : 'it answers 200, and not "ok": this is not a webhook of Slack',
      })
    },
  }
}
