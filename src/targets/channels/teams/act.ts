import type { Channel } from '../../../state/channel.ts'
import { deliver } from '../deliver.ts'
import { addressLook } from '../look.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { teamsPayload } from './payload.ts'

/** A Workflows webhook. Accepted is not yet shown to anybody, and nothing deduplicates. */
export function teamsAct(channel: Extract<Channel, { kind: 'teams' }>, means: ChannelMeans): ChannelAct {
  return {
    ...addressLook('Teams', channel.url, means),
    apply: async (command, permit, { run }) => {
      permit.spend(command)
      return deliver(command, {
        called: 'Teams',
        url: await means.resolve(channel.url),
        body: JSON.stringify(teamsPayload(command, run)),
        timeoutMs: means.timeoutMs,
        isAddressSecret: true,
        repeat: 'never',
      })
    },
  }
}
