import type { Channel } from '../../state/channel.ts'
import { cdeventsAct } from './cdevents/act.ts'
import { emailAct } from './email/act.ts'
import { failingAlone } from './failing-alone.ts'
import { fileAct } from './file/act.ts'
import { grafanaAct } from './grafana/act.ts'
import { readyMeans } from './not-ready.ts'
import { pagerdutyAct } from './pagerduty/act.ts'
import type { ChannelAct, ChannelMeans } from './port.ts'
import { slackAct } from './slack/act.ts'
import { statuspageAct } from './statuspage/act.ts'
import { teamsAct } from './teams/act.ts'
import { webhookAct } from './webhook/act.ts'

export function channelAct(channel: Channel, means: ChannelMeans): ChannelAct {
  return failingAlone(adapterOf(channel, readyMeans(means)))
}

function adapterOf(channel: Channel, means: ChannelMeans): ChannelAct {
  switch (channel.kind) {
    case 'file':
      return fileAct(channel.path, means.now)
    case 'webhook':
      return webhookAct(channel, means)
    case 'slack':
      return slackAct(channel, means)
    case 'teams':
      return teamsAct(channel, means)
    case 'pagerduty':
      return pagerdutyAct(channel, means)
    case 'statuspage':
      return statuspageAct(channel, means)
    case 'email':
      return emailAct(channel, means)
    case 'cdevents':
      return cdeventsAct(channel, means)
    case 'grafana':
      return grafanaAct(channel, means)
  }
}
