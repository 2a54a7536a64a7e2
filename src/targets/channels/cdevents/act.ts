import type { Channel } from '../../../state/channel.ts'
import { deliver } from '../deliver.ts'
import { addressLook } from '../look.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { cdevents, type CdEvent } from './payload.ts'

/** CloudEvents 1.0 over HTTP, binary mode. Two events of one source and id are one event: sent again, they count once. */
export function cdeventsAct(channel: Extract<Channel, { kind: 'cdevents' }>, means: ChannelMeans): ChannelAct {
  return {
    ...addressLook('the receiver of CDEvents', channel.url, means),
    apply: async (command, permit, context) => {
      permit.spend(command)
      const url = await means.resolve(channel.url)
      const token = channel.token === null ? {} : { authorization: `Bearer ${await means.resolve(channel.token)}` }
      const events = cdevents(command, context, means.now())
      for (const event of events) {
        const sent = await deliver(command, {
          called: 'the receiver of CDEvents',
          url,
          headers: { ...token, ...cloudEvent(event) },
          body: JSON.stringify(event),
          timeoutMs: means.timeoutMs,
          repeat: 'by key',
        })
        if (!sent.ok) return sent
      }
      return {
        ok: true,
        observed: { events: events.length, delivery: command.delivery },
        says: `${events.length} events taken`,
      }
    },
  }
}

function cloudEvent({ context, subject }: CdEvent): Record<string, string> {
  return {
    'ce-specversion': '1.0',
    'ce-id': context.id,
    'ce-source': context.source,
    'ce-type': context.type,
    'ce-subject': subject.id,
    'ce-time': context.timestamp,
  }
}
