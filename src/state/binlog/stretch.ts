import { oneLine } from '../text.ts'
import type { BinlogEvent } from './event.ts'
import { addAll, type Counts } from './counts.ts'
import { comparePlaces, placeText, type BinlogPlace } from './place.ts'
import { endsTransaction, isAbout, queryKind } from './query.ts'
import { rowsRefused, withRefusal } from './refusals.ts'

/** Which rows a person wants taken back: of these tables, written from one moment up to another. A time is ISO. */
export type StretchQuestion = {
  readonly schema: string
  readonly tables: readonly string[]
  readonly from: BinlogPlace | string
  readonly until: BinlogPlace | string
  readonly withoutTransactions: readonly string[]
  /** Rows of these are told apart by nothing. */
  readonly withoutKey: readonly string[]
  /** A row of these that goes takes rows of others along, or changes them, past the binlog: by whose foreign key. */
  readonly takesAlong: Readonly<Record<string, string>>
}

export type Stretched = {
  readonly question: StretchQuestion
  /** The transaction that is being read, and whether it is meant. */
  readonly open: { readonly place: BinlogPlace; readonly meant: boolean; readonly xa: boolean } | null
  /** The first transaction that is meant, and the first after them. */
  readonly begun: BinlogPlace | null
  readonly ended: BinlogPlace | null
  readonly last: BinlogPlace | null
  readonly tables: readonly Counts[]
  readonly pending: readonly Counts[]
  /** Tables that the same transactions wrote to, and that are not meant. */
  readonly also: readonly string[]
  readonly refused: readonly string[]
}

export function beginStretch(question: StretchQuestion): Stretched {
  const nothing = { open: null, begun: null, ended: null, last: null, tables: [], pending: [], also: [], refused: [] }
  return { question, ...nothing }
}

/** Whole transactions, by where they begin. Of what comes after only changes of the schema count: rows are written as the tables were then. */
export function stretchOver(before: Stretched, event: BinlogEvent): Stretched {
  const { what, place, end } = event
  const now = { ...before, last: { file: place.file, offset: end } }
  switch (what.kind) {
    case 'begin':
      return begin(now, event, what.xa)
    case 'commit':
      return commit(now)
    case 'rows':
      return rows(now, event, what.rows)
    case 'query':
      return query(now, event, what)
    case 'broken':
      return now.open?.meant === true ? withRefusal(now, `${placeText(place)} ${what.why}`) : now
  }
}

function begin(now: Stretched, event: BinlogEvent, xa: boolean): Stretched {
  const { from, until } = now.question
  const meant = !isBefore(event, from) && isBefore(event, until)
  return {
    ...now,
    open: { place: event.place, meant, xa },
    pending: [],
    begun: now.begun ?? (meant ? event.place : null),
    ended: now.ended ?? (now.begun !== null && !meant ? event.place : null),
  }
}

function isBefore({ place, at }: BinlogEvent, moment: BinlogPlace | string): boolean {
  return typeof moment === 'string' ? at < moment : comparePlaces(place, moment) < 0
}

function commit(now: Stretched): Stretched {
  return { ...now, open: null, tables: addAll(now.tables, now.pending), pending: [] }
}

type RowsOf = Extract<BinlogEvent['what'], { kind: 'rows' }>['rows']

function rows(now: Stretched, { place }: BinlogEvent, written: RowsOf): Stretched {
  if (now.open?.meant !== true) return now
  const { schema, tables, withoutTransactions, withoutKey, takesAlong } = now.question
  const here = written.filter(one => one.schema === schema && !one.table.startsWith('_astern_'))
  const own = here.filter(({ table }) => tables.includes(table))
  const others = here.flatMap(({ table }) => (tables.includes(table) ? [] : [table]))
  const counted = {
    ...now,
    pending: addAll(now.pending, own),
    also: [...new Set([...now.also, ...others])].sort(),
  }
  return own.reduce<Stretched>((last, one) => {
    const { table, deleted } = one
    const along = takesAlong[table]
    const why = [
      ...rowsRefused(one, last.open?.xa === true, withoutTransactions),
      ...(withoutKey.includes(table) ? [`writes to ${table}, which has no primary key`] : []),
      ...(deleted > 0 && along !== undefined
        ? [`deletes rows of ${table}, and what ${along} took along with them stands in no binlog`]
        : []),
    ]
    return why.reduce((judged, reason) => withRefusal(judged, `${placeText(place)} ${reason}`), last)
  }, counted)
}

function query(
  now: Stretched,
  { place }: BinlogEvent,
  said: { readonly schema: string; readonly text: string },
): Stretched {
  if (endsTransaction(said.text)) return commit(now)
  const kind = queryKind(said.text)
  if (now.begun === null || kind === 'nothing' || !isAbout(now.question.schema, said)) return now
  const text = `${placeText(place)} is ${kind === 'rows' ? 'a statement and no rows (binlog_format)' : 'a change of the schema'}: ${oneLine(said.text, 80)}`
  return kind === 'rows' && now.open?.meant === false ? now : withRefusal(now, text)
}
