import { deliver } from '../deliver.ts'
import type { ChannelAct, ChannelMeans } from '../port.ts'
import { grafanaLook, type GrafanaChannel } from './look.ts'
import { grafanaAnnotation } from './payload.ts'

export function grafanaAct(channel: GrafanaChannel, means: ChannelMeans): ChannelAct {
  return {
    ...grafanaLook(channel, means),
    apply: async (command, permit, context) => {
      permit.spend(command)
      return deliver(command, {
        called: 'Grafana',
        url: `${await means.resolve(channel.url)}/api/annotations`,
        headers: { authorization: `Bearer ${await means.resolve(channel.token)}` },
        body: JSON.stringify(grafanaAnnotation(command, context, channel.dashboard, means.now())),
        timeoutMs: means.timeoutMs,
        repeat: 'by state',
      })
    },
  }
}
