import { repeatOf } from '../../../state/channel.ts'
import { deliver } from '../deliver.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { pagerdutyLook, type PagerdutyChannel } from './look.ts'
import { pagerdutyAlert, pagerdutyChange } from './payload.ts'

/** Events API v2. An alert has a key of its run; a change event has none, and is never sent twice. */
export function pagerdutyAct(channel: PagerdutyChannel, means: ChannelMeans): ChannelAct {
  return {
    ...pagerdutyLook(channel, means),
    apply: async (command, permit, context) => {
      permit.spend(command)
      const routingKey = await means.resolve(channel.routingKey)
      const isAlert = channel.event === 'alert'
      const payload = (isAlert ? pagerdutyAlert : pagerdutyChange)(command, context, routingKey)
      return deliver(command, {
        called: 'PagerDuty',
        url: `${channel.api}${isAlert ? '/v2/enqueue' : '/v2/change/enqueue'}`,
        body: JSON.stringify(payload),
        timeoutMs: means.timeoutMs,
        repeat: repeatOf(channel),
      })
    },
  }
}
