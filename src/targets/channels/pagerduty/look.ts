import type { Channel } from '../../../state/channel.ts'
import { cannotTell, reaches } from '../look.ts'
import type { ChannelLook, ChannelMeans } from '../port.ts'

export type PagerdutyChannel = Extract<Channel, { kind: 'pagerduty' }>

export function pagerdutyLook(channel: PagerdutyChannel, means: ChannelMeans): ChannelLook {
  return {
    probe: () => Promise.resolve(cannotTell('PagerDuty')),
    verify: async () =>
      /^[A-Za-z0-9]{32}$/.test(await means.resolve(channel.routingKey))
        ? reaches('PagerDuty', channel.api)
        : {
            ok: false,
            says: 'PagerDuty: its routing key is not one: those have 32 letters and digits',
            next: 'Take the integration key of an "Events API V2" integration of the service.',
          },
  }
}
