import type { Channel } from '../../../state/channel.ts'
import type { Result } from '../../../state/fault.ts'
import { httpRequest, type HttpAnswer } from '../../probes/http.ts'
import type { ChannelLook, ChannelMeans } from '../port.ts'
import type { Mark } from './payload.ts'

export type StatuspageChannel = Extract<Channel, { kind: 'statuspage' }>
export type Incident = { readonly id: string; readonly mark: Mark }

/** Asks the page what it has: the run's own incident is known by the mark it was made with. */
export function statuspageLook(channel: StatuspageChannel, means: ChannelMeans): ChannelLook {
  return {
    probe: async ({ delivery }, { run }) => {
      const found = await findIncident(channel, means, run)
      if (!found.ok) return { verdict: 'unclear', observed: null, says: found.fault.what }
      const there = found.value !== null && delivery in found.value.mark.deliveries
      return {
        verdict: there ? 'holds' : 'not yet',
        observed: { incident: found.value?.id ?? null, delivery },
        says: there ? `${delivery} is on the page` : `${delivery} is not on the page`,
      }
    },
    verify: async () => {
      const page = await ask(channel, means, '')
      return page.ok
        ? { ok: true, says: `Statuspage: page ${channel.page} can be read with its key; nothing was sent`, next: '' }
        : { ok: false, says: page.fault.what, next: page.fault.next }
    },
  }
}

export async function findIncident(
  channel: StatuspageChannel,
  means: ChannelMeans,
  run: string,
): Promise<Result<Incident | null>> {
  const listed = await ask(channel, means, '/incidents?limit=100')
  if (!listed.ok) return listed
  const incidents = parsed(listed.value.text)
  const own = incidents.find(({ metadata }) => metadata?.astern?.run === run)
  return { ok: true, value: own === undefined ? null : { id: own.id, mark: markOf(own, run) } }
}

type Listed = { readonly id: string; readonly metadata?: { readonly astern?: Partial<Mark> } | null }

function markOf({ metadata }: Listed, run: string): Mark {
  const { status = 'investigating', deliveries = {} } = metadata?.astern ?? {}
  return { run, status, deliveries }
}

function parsed(text: string): readonly Listed[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? (value as Listed[]) : []
  } catch {
    return []
  }
}

async function ask(
  { api, page, key }: StatuspageChannel,
  means: ChannelMeans,
  path: string,
): Promise<Result<HttpAnswer>> {
  const answer = await httpRequest({
    url: `${api}/v1/pages/${page}${path}`,
    headers: { authorization: `OAuth ${await means.resolve(key)}` },
    timeoutMs: means.timeoutMs ?? 10_000,
    maxBytes: 8 * 1024 * 1024,
    called: 'Statuspage',
  })
  if (!answer.ok || answer.value.status === 200) return answer
  const { status } = answer.value
  return {
    ok: false,
    fault: {
      code: 'channel.not-readable',
      what: `Statuspage answers ${status} when it is asked for page ${page}`,
      means: 'What it has is not known, so nothing is sent: it could be sent twice.',
      next:
        status === 401 || status === 403 ? 'Correct its key.' : 'Correct the id of the page, or wait for its service.',
    },
  }
}
