import type { Channel } from '../../../state/channel.ts'
import { httpRequest } from '../../probes/http.ts'
import type { ChannelLook, ChannelMeans } from '../port.ts'
import { deliveryTags } from './payload.ts'

export type GrafanaChannel = Extract<Channel, { kind: 'grafana' }>

/** Asks for the annotation by its tags. */
export function grafanaLook(channel: GrafanaChannel, means: ChannelMeans): ChannelLook {
  return {
    probe: async (command, { run }) => {
      const tags = deliveryTags(command, run).map(tag => `tags=${encodeURIComponent(tag)}`)
      const of = channel.dashboard === null ? [] : [`dashboardUID=${channel.dashboard}`]
      const found = await list(channel, means, ['limit=1', ...of, ...tags].join('&'))
      if (typeof found === 'string') return { verdict: 'unclear', observed: null, says: found }
      return {
        verdict: found > 0 ? 'holds' : 'not yet',
        observed: { delivery: command.delivery },
        says: `${command.delivery} is ${found > 0 ? '' : 'not '}among its annotations`,
      }
    },
    verify: async () => {
      const found = await list(channel, means, 'limit=1')
      return typeof found === 'string'
        ? {
            ok: false,
            says: found,
            next: 'Correct its address or token; it needs annotations:read and annotations:create.',
          }
        : { ok: true, says: 'Grafana: its annotations can be read with its token; nothing was sent', next: '' }
    },
  }
}

/** How many there are, or why that is not known. */
async function list({ url, token }: GrafanaChannel, means: ChannelMeans, query: string): Promise<number | string> {
  const answer = await httpRequest({
    url: `${await means.resolve(url)}/api/annotations?${query}`,
    headers: { authorization: `Bearer ${await means.resolve(token)}` },
    timeoutMs: means.timeoutMs ?? 10_000,
    called: 'Grafana',
  })
  if (!answer.ok) return answer.fault.what
  if (answer.value.status !== 200) return `Grafana answers ${answer.value.status} when it is asked for its annotations`
  try {
    const listed: unknown = JSON.parse(answer.value.text)
    return Array.isArray(listed) ? listed.length : 'Grafana answers with something else than annotations'
  } catch {
    return 'Grafana answers with something else than annotations'
  }
}
