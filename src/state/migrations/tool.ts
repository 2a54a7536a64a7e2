import type { Applied, Migration, Statement } from '../facts.ts'
import type { Result } from '../fault.ts'
import type { Json } from '../json.ts'
import type { DirtyState } from './dirty-state.ts'

/** What Astern knows of one migration tool. One file in `tools/`, one line in `tools.ts`. */
export type Tool = {
  /** Where it keeps what is applied, unless it is told otherwise; `schema.table` where it has a schema of its own. */
  readonly table: string
  /** Columns of that table by which it is told from another tool's table of the same name. */
  readonly columns: readonly string[]
  /** Tables it keeps beside it, by which it is known too. */
  readonly companions?: readonly string[]
  readonly select: (place: Place) => string
  /** In the order they were applied, as far as the table alone tells. */
  readonly read: (rows: readonly Row[]) => readonly Applied[]
  /** What the rows mean, by the scripts: where the table tells only the last ones, or those of others too. */
  readonly reach?: (applied: readonly Applied[], scripts: readonly Migration[]) => readonly Applied[]
  /** Its table has the last ones alone. */
  readonly lastAlone?: true
  /** Where others write into its table too: the rows that belong with these versions. */
  readonly own?: (applied: readonly Applied[], versions: readonly string[]) => readonly Applied[]
  readonly lock?: LockRow
  /** Oldest first. */
  readonly scripts: (files: readonly MigrationFile[], hash: Hash, read: ReadSql) => Result<readonly Migration[]>
  readonly book: (booking: Booking) => readonly Sql[]
  /** What a migration that is not whole means, and how to go on. `before`: the version before it. */
  readonly halfApplied?: (applied: Applied, before: string | null) => DirtyState
}

/** `name`: the path below the directory of the scripts. */
export type MigrationFile = { readonly name: string; readonly text: string }

export type Row = Readonly<Record<string, Json>>

/** A statement, its values bound and never part of the text. */
export type Sql = { readonly sql: string; readonly args: readonly Json[] }

/** An identifier as the database wants it written. */
export type Quote = (name: string) => string

/** Over the text as UTF-8, in hexadecimal. */
export type Hash = (algorithm: 'sha1' | 'sha256', text: string) => string

/** A script -> its statements, with what each does. */
export type ReadSql = (script: string) => readonly Statement[]

export type Place = { readonly table: string; readonly quote: Quote }

export type { Applied }

export type Booking = Place & {
  readonly direction: 'down' | 'up'
  readonly migration: Migration
  /** The other ones that are applied, oldest first. */
  readonly others: readonly Migration[]
  /** Its row before it was reversed, where that was read. */
  readonly was?: Applied
}

/** A row that a running tool holds, and that one which was killed leaves behind. */
export type LockRow = {
  readonly table: (table: string) => string
  readonly select: (place: Place) => string
  /** Null: it is free. */
  readonly held: (rows: readonly Row[]) => DirtyState | null
}
