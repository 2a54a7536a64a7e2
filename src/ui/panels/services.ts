import type { InstanceKey } from '../../state/facts.ts'
import { instances } from '../../state/selectors.ts'
import type { Signal } from '../../state/signal.ts'
import type { ConsoleState } from '../../state/store.ts'
import { versionsLine, versionsOf } from '../../state/versions.ts'
import { availability, impactOf } from '../../state/impact.ts'
import { spanText } from '../../state/times.ts'
import { blank, heading, paragraph, row, span, type Row, type Span } from '../text/row.ts'
import { spark } from '../text/spark.ts'
import { age, between } from '../text/time.ts'
import { column, columnRight } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { calmLatencies } from './calm.ts'
import { healthMark } from './marks.ts'
import { listed, text, type Block, type Panel } from './panel.ts'

/** Every service on every host: release, health, latency, and how old that knowledge is; and first, that versions are mixed. */
export const servicesPanel: Panel = (state, theme, width) => {
  const all = instances(state.run)
  const names = Math.min(12, Math.max(7, ...all.map(({ service }) => service.length)))
  const hosts = Math.min(10, Math.max(5, ...all.map(({ host }) => host.length)))
  const releases = Math.min(10, Math.max(5, ...all.map(({ key }) => releaseOf(state, key).length)))
  const blocks = all.map(({ key, service, host }): Block => {
    const seen = lastSeen(state, key)
    const start = `${column(service, names)} ${column(host, hosts)} ${column(releaseOf(state, key), releases)} `
    const rows = [row(start, ...tail(state, key, seen, theme, width - start.length))]
    return { id: key, rows, opens: { kind: 'service', key } }
  })
  const users = text(usersRows(state, theme, width))
  if (blocks.length === 0 && users.rows.length === 0)
    return { title: 'Services', rows: [row('no service is declared')] }
  const versions = versionsOf(state.run)
  if (versions?.mixed !== true) return { title: 'Services', ...listed([...blocks, users]) }
  const mixed = text(paragraph(`versions are ${versionsLine(versions)}`, width, 'warn'))
  return { title: 'Services   versions mixed', ...listed([mixed, ...blocks, users]) }
}

/** Under the services: what people reach of them, and how much of it failed. */
function usersRows(state: ConsoleState, theme: Theme, width: number): readonly Row[] {
  const all = impactOf(state.run)
  if (all.length === 0) return []
  const rows = all.map(({ name, by, downMs }): Row => {
    const signal = state.signals[`users:${name}`]?.at(-1) ?? state.run.signals[`users:${name}`]
    const { glyph, word, tone } = healthMark(signal?.state ?? 'unknown', theme)
    const answered = availability(by.during) ?? availability(by.before)
    const said = [
      ...(answered === null ? [] : [`${answered} answered`]),
      ...(downMs === 0 ? [] : [`down ${spanText(downMs)}`]),
      signal?.note ?? 'not asked yet',
    ]
    const start = `${column(name, Math.min(18, Math.max(8, width - 50)))} `
    return row(start, span(`${glyph} ${column(word, 9)}`, tone), ` ${said.join(', ')}`)
  })
  return [blank, heading('As users reach it'), ...rows]
}

export type Seen = Pick<Signal, 'state' | 'release' | 'latencyMs' | 'note' | 'lastKnown'> & {
  readonly at: string | null
}

/** What is known last: a live sample, else the journal's, else what was gathered in phase 1. */
export function lastSeen(state: ConsoleState, key: InstanceKey): Seen {
  const signal = state.signals[key]?.at(-1) ?? state.run.signals[key]
  if (signal !== undefined) return signal
  const fact = state.run.facts?.services[key]
  if (fact === undefined)
    return { state: 'unknown', release: null, latencyMs: null, note: 'not looked at yet', at: null }
  const note = fact.observed.note ?? fact.healthNote ?? ''
  return { state: fact.health, release: fact.observed.release, latencyMs: null, note, at: state.run.facts?.at ?? null }
}

function releaseOf(state: ConsoleState, key: InstanceKey): string {
  const { release, lastKnown } = lastSeen(state, key)
  return release ?? lastKnown?.release ?? '-'
}

export function isStale(state: ConsoleState, at: string | null): boolean {
  return at === null || between(at, state.now) > 10_000
}

function tail(state: ConsoleState, key: InstanceKey, seen: Seen, theme: Theme, width: number): readonly Span[] {
  const { glyph, word, tone } = healthMark(seen.state, theme)
  const mark = span(`${glyph} ${column(word, 9)}`, tone)
  const knownAt = seen.lastKnown?.at ?? seen.at
  if (seen.lastKnown !== undefined || isStale(state, knownAt)) return [mark, span(` ${old(state, knownAt)}`, 'warn')]
  const samples = calmLatencies(state.signals[key] ?? [])
  const shown = seen.latencyMs === null ? null : (samples.at(-1) ?? seen.latencyMs)
  const latency = span(` ${columnRight(shown === null ? '-' : `${Math.round(shown)}ms`, 7)}`)
  const room = Math.min(16, width - 20)
  return room < 5 ? [mark, latency] : [mark, latency, span(` ${spark(samples, room, theme.ascii)}`, 'accent')]
}

function old(state: ConsoleState, at: string | null): string {
  return at === null ? 'not heard yet' : `${age(between(at, state.now))} old`
}
