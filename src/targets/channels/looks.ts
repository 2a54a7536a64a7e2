import type { Channel } from '../../state/manifest.ts'
import { fileLook } from './file/look.ts'
import type { ChannelLook } from './port.ts'
import { webhookLook } from './webhook/look.ts'

export function channelLook(channel: Channel): ChannelLook {
  return channel.kind === 'file' ? fileLook(channel.path) : webhookLook()
}
