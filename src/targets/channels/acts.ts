import type { Channel } from '../../state/manifest.ts'
import { fileAct } from './file/act.ts'
import type { ChannelAct } from './port.ts'
import { webhookAct, type WebhookMeans } from './webhook/act.ts'

export function channelAct(channel: Channel, means: WebhookMeans): ChannelAct {
  return channel.kind === 'file' ? fileAct(channel.path, means.now) : webhookAct(channel, means)
}
