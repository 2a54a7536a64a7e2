import type { Readable } from 'node:stream'
import type { GetEventsOptions } from 'dockerode'
import type { Deploying } from '../../../state/deploying.ts'
import { signsOf, type Told } from './deploy-signs.ts'
import type { Engine } from './engine.ts'
import type { Fleet } from './layout.ts'
import { engineOf, neighboursOn } from './layout.ts'
import { listedOf } from './names.ts'

/** How far back signs count: a deploy is quiet that long while it waits for what it has started. */
const windowMs = 120_000

/** Who makes containers of the manifest's services on this host right now, or did a moment ago. Empty too where nothing tells. */
export async function deploysOn(fleet: Fleet, host: string): Promise<readonly Deploying[]> {
  const engine = engineOf(fleet, host)
  const listed = await engine.call('list its containers', (docker, abortSignal) =>
    docker.listContainers({ all: true, abortSignal }),
  )
  if (!listed.ok) return []
  const info = await engine.call('ask for its time', docker => docker.info() as Promise<{ SystemTime?: string }>)
  const nowMs = info.ok ? Date.parse(info.value.SystemTime ?? '') : Number.NaN
  if (Number.isNaN(nowMs)) return []
  return signsOf({
    own: Object.values(neighboursOn(fleet, host)),
    host: listed.value.map(container => ({ ...listedOf(container), madeMs: container.Created * 1000 })),
    told: await toldBetween(engine, nowMs - windowMs, nowMs),
    nowMs,
    sinceMs: nowMs - windowMs,
  })
}

/** By its own clock. It keeps its last 256 events and no more, health checks' among them. */
async function toldBetween(engine: Engine, sinceMs: number, untilMs: number): Promise<readonly Told[]> {
  const options = {
    since: (sinceMs / 1000).toFixed(3),
    until: (untilMs / 1000).toFixed(3),
    filters: { type: ['container', 'image'], event: ['create', 'destroy', 'rename', 'kill', 'die', 'pull'] },
  }
  const answer = await engine.call('ask what happened there', async docker =>
    // The types allow whole seconds alone; an Engine takes their fractions too.
    textOf((await docker.getEvents(options as unknown as GetEventsOptions)) as Readable),
  )
  return answer.ok ? answer.value.split('\n').flatMap(parsed) : []
}

async function textOf(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

function parsed(line: string): readonly Told[] {
  if (line.trim() === '') return []
  try {
    const { Action, Actor, timeNano } = JSON.parse(line) as {
      readonly Action?: string
      readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> }
      readonly timeNano?: number
    }
    if (Action === undefined || Actor?.ID === undefined || timeNano === undefined) return []
    return [{ action: Action, id: Actor.ID, about: Actor.Attributes ?? {}, atMs: timeNano / 1e6 }]
  } catch {
    return []
  }
}
