import type { DatabaseFact, ServerFact } from '../../state/facts.ts'
import { isPast, planSteps } from '../../state/steps.ts'
import type { Signal, WorkSaid } from '../../state/signal.ts'
import type { ConsoleState } from '../../state/store.ts'
import { paragraph, row, span, type Row } from '../text/row.ts'
import { age, between } from '../text/time.ts'
import type { Theme } from '../theme.ts'
import { healthMark } from './marks.ts'
import { listed, type Block, type Panel } from './panel.ts'
import { isStale } from './services.ts'

export const databasePanel: Panel = (state, theme, width) => {
  const names = Object.keys(state.run.run?.manifest.databases ?? {})
  if (names.length === 0) return { title: 'Database', rows: [row('no database in this environment')] }
  const blocks = names.map(
    (name): Block => ({
      id: name,
      rows: databaseRows(name, state, theme, width),
      opens: { kind: 'database', name },
    }),
  )
  return { title: 'Database', ...listed(blocks) }
}

/** One of them: how it is, what is at work there, and what is known of its schema. */
export function databaseRows(name: string, state: ConsoleState, theme: Theme, width: number): readonly Row[] {
  return [
    head(state, theme, name),
    ...(liveOf(state, name)?.work ?? []).flatMap(work => workRows(work, width, '  ')),
    ...body(state, width, name),
  ]
}

function head(state: ConsoleState, theme: Theme, name: string): Row {
  const signal = liveOf(state, name)
  const at = signal?.at ?? state.run.facts?.at ?? null
  const mark = healthMark(signal?.state ?? (state.run.facts === null ? 'unknown' : 'healthy'), theme)
  const known = at === null ? 'not looked at yet' : isStale(state, at) ? `${age(between(at, state.now))} old` : ''
  const word = signal === undefined ? 'seen once' : mark.word
  return row(
    span(name, 'title'),
    ' ',
    span(`${mark.glyph} ${word}`, mark.tone),
    ` ${signal?.note ?? ''} `,
    span(known, 'warn'),
  )
}

function liveOf(state: ConsoleState, name: string): Signal | undefined {
  return state.signals[`database:${name}`]?.at(-1) ?? state.run.signals[`database:${name}`]
}

/** What is at work there now, and what of it is settled. `title`: where that stands above it already. */
export function workRows({ what, says }: WorkSaid, width: number, indent: string, title = ''): readonly Row[] {
  const [first = '', ...landed] = says
  const head = what === title ? first : `${what}: ${first}`
  return [
    ...paragraph(head, width, 'accent', indent),
    ...landed.flatMap(line => paragraph(line, width, line.startsWith('MISS') ? 'bad' : 'good', indent)),
  ]
}

function body(state: ConsoleState, width: number, name: string): readonly Row[] {
  const fact = state.run.facts?.databases[name]
  if (fact === undefined) return []
  if (fact.fault !== null) return paragraph(fact.fault.what, width, 'bad', '  ')
  const target = state.run.plan?.plan.target
  const wanted = target?.databases[name]?.migrations ?? null
  const proven = provenRows(state, width, name)
  const ahead = wanted === null ? [] : fact.applied.filter(version => !wanted.includes(version))
  return [
    ...(proven ?? [...inHand(state, width, name), ...atRisk(state, width, name)]),
    row(span('  when assessed:', 'quiet')),
    row(`  schema ${fact.applied.at(-1) ?? 'without migrations'}  ${fact.fingerprint?.slice(0, 19) ?? ''}`),
    ...(wanted === null || proven !== null
      ? []
      : [row(span(`  ${distance(ahead.length, target?.version ?? '')}`, ahead.length > 0 ? 'warn' : 'plain'))]),
    row(`  ${sizes(fact)}`),
    ...(fact.server === undefined ? [] : [row(`  ${serverWords(fact.server)}`)]),
  ]
}

/** What the proof at the end found; null: not proven yet. */
function provenRows({ run }: ConsoleState, width: number, name: string): readonly Row[] | null {
  const proof = planSteps(run).find(({ id }) => id === `${name}.prove`)
  const now = proof === undefined ? undefined : run.steps[proof.id]
  if (now?.status !== 'ok' && now?.status !== 'already') return null
  const says = (now.says ?? '').replace(`${name}: `, '')
  return paragraph(`proven: ${says}`, width, 'good', '  ')
}

/** Its step that is under way, or that waits for a person. */
function inHand({ run }: ConsoleState, width: number, name: string): readonly Row[] {
  const own = planSteps(run).filter(({ command }) => 'database' in command && command.database === name)
  const step = own.find(({ id }) => ['running', 'unknown', 'failed'].includes(run.steps[id]?.status ?? ''))
  if (step === undefined) return []
  const status = run.steps[step.id]?.status
  const past = own.filter(({ id }) => isPast(run.steps[id])).length
  return paragraph(
    `${status === 'running' ? 'in hand' : status}: ${step.title} (${past + 1} of ${own.length})`,
    width,
    status === 'running' ? 'accent' : 'bad',
    '  ',
  )
}

function atRisk({ run }: ConsoleState, width: number, name: string): readonly Row[] {
  const risks = run.plan?.plan.atRisk.filter(({ database, rows }) => database === name && rows > 0) ?? []
  return risks.flatMap(({ table, column, rows, archived }) =>
    paragraph(
      `${rows} ${column === null ? `rows of ${table}` : `values of ${table}.${column}`} ${archived ? 'leave, archived first' : 'LOST'}`,
      width,
      archived ? 'warn' : 'bad',
      '  ',
    ),
  )
}

function serverWords({ place, version, replicas, lagSeconds, replicaOf, following = [] }: ServerFact): string {
  const lag =
    replicaOf === null || replicaOf === 'none' ? '' : `, a replica of ${replicaOf}, ${lagSeconds ?? '?'} s behind`
  return `${place}, ${version.replace(/-.*/, '')}${lag}${replicas === 0 ? '' : `, ${replicas} replicas`}${following.map(one => `, ${one.place} ${one.amiss ?? `${one.seconds ?? '?'} s behind`}`).join('')}`
}

function distance(ahead: number, version: string): string {
  return ahead === 0 ? `the schema of ${version}` : `ahead of ${version} by ${ahead}`
}

function sizes({ rows, sizeBytes }: DatabaseFact): string {
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0)
  const size = sizeBytes === null ? '' : `, ${Math.max(1, Math.round(sizeBytes / 1024))} kB`
  return `${Object.keys(rows).length} tables, ${total} rows${size}`
}
