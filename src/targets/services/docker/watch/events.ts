import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { GetEventsOptions } from 'dockerode'
import type { Answer, Engine, Subject } from '../engine.ts'

/** What an Engine tells of by itself. Health checks of its own run commands all the time: those are left out. */
const told: NonNullable<GetEventsOptions['filters']> = {
  type: ['container', 'image', 'network', 'volume'],
  event: `create destroy die health_status oom pause rename start stop unpause update
    delete import load pull tag untag connect disconnect`.split(/\s+/),
}

export type Listening = { readonly end: () => void }

/**
 * One stream of events, until it ends. `onChange`: what was kept of these subjects, or of everything of that kind, is no
 * longer so. `onEnd`: nothing more is told.
 */
export async function listen(
  engine: Engine,
  deadlineMs: number,
  onChange: (changed: readonly (Subject['of'] | Subject)[]) => void,
  onEnd: () => void,
): Promise<Answer<Listening>> {
  const opened = await engine.call(
    'listen to its events',
    docker => docker.getEvents({ filters: told }) as Promise<Readable>,
    deadlineMs,
  )
  if (!opened.ok) return opened
  const stream = opened.value
  const lines = createInterface({ input: stream, crlfDelay: Infinity })
  lines.on('line', line => onChange(changedBy(line)))
  // It tells the stream's own errors once more; the end of the stream is what counts.
  lines.on('error', () => {})
  stream.on('error', () => stream.destroy())
  stream.once('close', onEnd)
  return { ...opened, value: { end: () => stream.destroy() } }
}

/** A line that is none of an Engine's leaves nothing certain. */
function changedBy(line: string): readonly (Subject['of'] | Subject)[] {
  const { type, id } = parse(line)
  switch (type) {
    case 'container':
      return ['containers', { of: 'container', which: id }]
    case 'network':
      return ['container']
    case 'image':
      return ['image']
    case 'volume':
      return ['volumes']
    default:
      return ['containers', 'container', 'image', 'volumes']
  }
}

function parse(line: string): { readonly type: string; readonly id: string } {
  try {
    const { Type, Actor } = JSON.parse(line) as { readonly Type?: unknown; readonly Actor?: { readonly ID?: unknown } }
    return { type: String(Type), id: String(Actor?.ID) }
  } catch {
    return { type: '', id: '' }
  }
}
