import type { Backup } from '../backup.ts'
import type { BinlogFact } from '../binlog/fact.ts'
import { rowsIn, type Counts } from '../binlog/counts.ts'
import type { BinlogQuestion } from '../binlog/judge.ts'
import { placeIn, placeText, type BinlogPlace } from '../binlog/place.ts'
import type { DatabaseFact } from '../facts.ts'
import type { MysqlDatabase } from '../manifest.ts'
import { ownTables } from '../migrations/tables.ts'
import type { RestoreChoice } from '../plan.ts'
import { isTime, timeOfDay } from '../times.ts'
import { few } from './few.ts'

/** What of a binlog goes into what was loaded from a backup, before it is proven. */
export type Replay = {
  readonly from: BinlogPlace
  readonly until: BinlogPlace
  readonly files: readonly string[]
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly more: number }[]
  readonly sha256: string
}

export type Replaying = {
  readonly replay?: Replay
  readonly blockers: readonly string[]
  readonly warnings: readonly string[]
  /** What --replay would bring, where it was not asked for. */
  readonly offers: readonly string[]
}

/** What is to be looked for in the binlog: the moment before the first migration that is not wanted. */
export function replayQuestion(
  { migrations: declared }: MysqlDatabase,
  { migrations, withoutTransactions = [] }: DatabaseFact,
  since: readonly string[],
  until: string | null,
): Omit<BinlogQuestion, 'schema' | 'tables'> {
  const up = (version: string) => migrations.find(one => one.version === version)?.up.map(({ sql }) => sql) ?? []
  return {
    tracking: declared === null ? null : (ownTables(declared.tool, declared.table)[0] ?? declared.table),
    since: since.map(version => ({ version, up: up(version) })),
    withoutTransactions,
    until: until === null ? null : (placeIn(until) ?? until),
  }
}

/** `binlog.000004:1234`, or a time in UTC. */
export function isMoment(text: string): boolean {
  return placeIn(text) !== null || isTime(text)
}

export function replayOf(
  name: string,
  { tables }: Pick<Backup, 'tables'>,
  fact: BinlogFact | undefined,
  asked: RestoreChoice['replay'],
): Replaying {
  const nothing = { blockers: [], warnings: [], offers: [] }
  if (fact === undefined) return nothing
  const { amiss, bytes, backup, from, read } = fact
  const amissText = amiss.map(why => `${name} cannot be replayed into ${backup} from the binlog: ${why}`)
  if (asked === undefined)
    return amiss.length > 0
      ? { ...nothing, warnings: amissText }
      : {
          ...nothing,
          offers: [`${name} from ${from === null ? '' : placeText(from)}, ${mb(bytes ?? 0)} of binlog to read`],
        }
  if (amiss.length > 0) return { ...nothing, blockers: amissText }
  if (read === null || from === null) return nothing
  const { end, files, tables: counted, sha256 } = read
  if (end === null)
    return {
      ...nothing,
      blockers: [
        `${name} cannot be replayed: the binlog since ${backup} has no statement and no row of a migration that goes back, so where to end is not known. Name the moment: --replay=2026-11-24T03:01:12Z, or --replay=FILE:POSITION`,
      ],
    }
  const written = counted
    .filter(({ table }) => tables.some(one => one.name === table))
    .map(one => ({ name: one.table, rows: rowsIn([one]), more: one.inserted - one.deleted }))
  return {
    ...nothing,
    replay: { from, until: end.place, files, tables: written, sha256 },
    warnings: replayWarnings(name, fact, read, end),
  }
}

function replayWarnings(
  name: string,
  { backup, copies = [] }: BinlogFact,
  { tables, after, leftOut, sql }: NonNullable<BinlogFact['read']>,
  end: NonNullable<NonNullable<BinlogFact['read']>['end']>,
): readonly string[] {
  const [back, later] = [rowsIn(tables), rowsIn(after)]
  return [
    `${name}: rows written since ${backup}, by the binlog: ${back + later}; ${back} come back from it up to ${timeOfDay(end.at)} (${placeText(end.place)}, before ${end.before}), ${later} after that are counted and salvaged: ${perTable(tables)}`,
    ...(copies.length === 0
      ? []
      : [`${name}: its server has the older part of that binlog no more; it is read from ${few(copies)}`]),
    ...(end.meant ? [] : [`${name}: the replay ends before a change of the schema that no migration made`]),
    ...(leftOut.length === 0 ? [] : [`${name}: rows of ${few(leftOut)} are left out: ${backup} has no such table`]),
    ...(sql === null
      ? []
      : [
          `${name}: what is replayed stands as SQL in ${sql.path} (sha256 ${sql.sha256.slice(0, 16)}, ${sql.bytes} bytes); it holds the rows themselves`,
        ]),
  ]
}

export function perTable(counts: readonly Counts[]): string {
  return few(
    counts.map(
      ({ table, inserted, updated, deleted }) =>
        `${table} ${[
          [inserted, 'inserted'],
          [updated, 'updated'],
          [deleted, 'deleted'],
        ]
          .filter(([rows]) => rows !== 0)
          .map(([rows, how]) => `${rows} ${how}`)
          .join(' ')}`,
    ),
  )
}

function mb(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1_000_000))} MB`
}
