import { oneLine } from '../text.ts'
import { addAll, type Counts } from './counts.ts'
import type { BinlogEvent, RowsOf } from './event.ts'
import { comparePlaces, placeText, type BinlogPlace } from './place.ts'
import { endsTransaction, isAbout, queryKind, sameSpelling } from './query.ts'
import { rowsRefused, withRefusal } from './refusals.ts'

/** What is asked of a stretch of binlog. */
export type BinlogQuestion = {
  readonly schema: string
  /** The migration tool's own table; null: there is none. */
  readonly tracking: string | null
  /** Migrations that are not wanted, each with the statements that applied it. */
  readonly since: readonly { readonly version: string; readonly up: readonly string[] }[]
  /** Tables that rows can be written to; null: any. */
  readonly tables: readonly string[] | null
  /** Of these a crash in the middle leaves what nobody can tell. */
  readonly withoutTransactions: readonly string[]
  /** Where a person wants it to end: a place, or a time (ISO) that a place is found for. */
  readonly until: BinlogPlace | string | null
}

export type Judging = {
  readonly question: BinlogQuestion
  /** Where the transaction begins that is being read. */
  readonly open: { readonly place: BinlogPlace; readonly at: string; readonly xa: boolean } | null
  /** Where it ends, with what comes next; null: not come to yet. */
  readonly end: BinlogEnd | null
  /** Rows of committed transactions before the end, and after it. */
  readonly tables: readonly Counts[]
  readonly after: readonly Counts[]
  /** Of the transaction that is being read. */
  readonly pending: readonly Counts[]
  /** Why it cannot be replayed, by place. */
  readonly refused: readonly string[]
  /** Tables that are written to and that nothing can be written to. */
  readonly leftOut: readonly string[]
}

export type BinlogEnd = {
  readonly place: BinlogPlace
  readonly at: string
  /** `migration 20261118`, or what else comes there. */
  readonly before: string
  /** It was looked for: the moment before the migrations, or one that a person named. */
  readonly meant: boolean
}

export function beginJudging(question: BinlogQuestion): Judging {
  return { question, open: null, end: null, tables: [], after: [], pending: [], refused: [], leftOut: [] }
}

/** A transaction counts whole or not at all: one in which the end lies is after it. */
export function judgeEvent(before: Judging, event: BinlogEvent): Judging {
  const { what, place, at } = event
  if (what.kind === 'begin') {
    const begun: Judging = { ...before, open: { place, at, xa: what.xa }, pending: [] }
    return reached(begun, event) ? ended(begun, event, 'the moment that was named', true) : begun
  }
  if (what.kind === 'commit') return committed(before)
  const judging = reached(before, event) ? ended(before, event, 'the moment that was named', true) : before
  if (what.kind === 'broken')
    return judging.end === null ? withRefusal(judging, `${placeText(place)} ${what.why}`) : judging
  return what.kind === 'query' ? judgeQuery(judging, event, what) : judgeRows(judging, event, what)
}

type Query = Extract<BinlogEvent['what'], { kind: 'query' }>
type Rows = Extract<BinlogEvent['what'], { kind: 'rows' }>

function judgeQuery(judging: Judging, event: BinlogEvent, query: Query): Judging {
  const { schema } = judging.question
  const kind = queryKind(query.text)
  if (endsTransaction(query.text)) return committed(judging)
  if (judging.end !== null || kind === 'nothing' || !isAbout(schema, query)) return judging
  const said = oneLine(query.text, 80)
  if (kind === 'rows')
    return withRefusal(judging, `${placeText(event.place)} is a statement and no rows (binlog_format): ${said}`)
  const version = migrationOf(judging, query.text)
  const before = version === null ? `${said}, which is of no migration that goes back` : `migration ${version}`
  return ended(judging, event, before, version !== null)
}

function judgeRows(judging: Judging, event: BinlogEvent, { rows, statement }: Rows): Judging {
  const { schema, tables, tracking, withoutTransactions } = judging.question
  const own = rows.filter(one => one.schema === schema && !one.table.startsWith('_astern_'))
  if (own.length === 0) return judging
  const version = judging.end === null ? (recordedIn(judging, own) ?? migrationOf(judging, statement)) : null
  const now = version === null ? judging : ended(judging, event, `migration ${version}`, true)
  const isWritten = (table: string): boolean => now.end !== null || tables === null || tables.includes(table)
  const counted = own.filter(({ table }) => table !== tracking && isWritten(table))
  const next = { ...now, pending: addAll(now.pending, counted) }
  if (next.end !== null) return next
  const lacking = own.flatMap(({ table }) => (tables === null || tables.includes(table) ? [] : [table]))
  const leftOut = [...new Set([...next.leftOut, ...lacking])]
  return own.reduce<Judging>(
    (last, one) => {
      const where = placeText(event.place)
      const why = rowsRefused(one, last.open?.xa === true, withoutTransactions)
      return why.reduce((judged, reason) => withRefusal(judged, `${where} ${reason}`), last)
    },
    { ...next, leftOut },
  )
}

function reached({ question: { until }, end, open }: Judging, { place, at }: BinlogEvent): boolean {
  if (until === null || end !== null) return false
  return typeof until === 'string' ? (open?.at ?? at) >= until : comparePlaces(place, until) >= 0
}

function ended(judging: Judging, { place, at }: BinlogEvent, before: string, meant: boolean): Judging {
  if (judging.end !== null) return judging
  const { open } = judging
  return { ...judging, end: { place: open?.place ?? place, at: open?.at ?? at, before, meant } }
}

function committed(judging: Judging): Judging {
  const { pending, end, tables, after } = judging
  const done = end === null ? { tables: addAll(tables, pending) } : { after: addAll(after, pending) }
  return { ...judging, ...done, open: null, pending: [] }
}

/** By the row that its tool writes down. */
function recordedIn({ question: { tracking, since } }: Judging, rows: readonly RowsOf[]): string | null {
  const values = rows.filter(({ table }) => table === tracking).flatMap(one => one.values ?? [])
  return (
    since.find(({ version }) => values.some(value => value === version || value === `'${version}'`))?.version ?? null
  )
}

function migrationOf({ question: { since } }: Judging, text: string | null): string | null {
  if (text === null) return null
  const said = sameSpelling(text)
  return since.find(({ up }) => up.some(sql => sameSpelling(sql) === said))?.version ?? null
}
