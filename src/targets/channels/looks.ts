import type { Channel } from '../../state/channel.ts'
import { emailLook } from './email/look.ts'
import { fileLook } from './file/look.ts'
import { grafanaLook } from './grafana/look.ts'
import { addressLook } from './look.ts'
import { pagerdutyLook } from './pagerduty/look.ts'
import type { ChannelLook, ChannelMeans } from './port.ts'
import { statuspageLook } from './statuspage/look.ts'

export function channelLook(channel: Channel, means: ChannelMeans): ChannelLook {
  switch (channel.kind) {
    case 'file':
      return fileLook(channel.path)
    case 'webhook':
      return addressLook('the webhook', channel.url, means)
    case 'slack':
      return addressLook('Slack', channel.url, means)
    case 'teams':
      return addressLook('Teams', channel.url, means)
    case 'pagerduty':
      return pagerdutyLook(channel, means)
    case 'statuspage':
      return statuspageLook(channel, means)
    case 'email':
      return emailLook(channel, means)
    case 'cdevents':
      return addressLook('the receiver of CDEvents', channel.url, means)
    case 'grafana':
      return grafanaLook(channel, means)
  }
}
