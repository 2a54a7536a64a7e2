import { deliver, refused } from '../deliver.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { findIncident, statuspageLook, type StatuspageChannel } from './look.ts'
import { statuspageIncident } from './payload.ts'

/** One incident a run: made by the first message, updated by the others. */
export function statuspageAct(channel: StatuspageChannel, means: ChannelMeans): ChannelAct {
  return {
    ...statuspageLook(channel, means),
    apply: async (command, permit, { run }) => {
      permit.spend(command)
      const found = await findIncident(channel, means, run)
      if (!found.ok) return refused(command, found.fault.what, null)
      const { id, mark } = found.value ?? { id: null, mark: null }
      return deliver(command, {
        called: 'Statuspage',
        url: `${channel.api}/v1/pages/${channel.page}/incidents${id === null ? '' : `/${id}`}`,
        method: id === null ? 'POST' : 'PATCH',
        headers: { authorization: `OAuth ${await means.resolve(channel.key)}` },
        body: JSON.stringify(statuspageIncident(command, channel.components, run, mark)),
        timeoutMs: means.timeoutMs,
        repeat: 'by state',
      })
    },
  }
}
