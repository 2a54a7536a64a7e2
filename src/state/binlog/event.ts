import type { BinlogPlace } from './place.ts'

/** Rows of one table that one statement wrote. */
export type RowsOf = {
  readonly schema: string
  readonly table: string
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  /** Every column of each row is in it (binlog_row_image=FULL). */
  readonly whole: boolean
  /** Of rows inserted: each value as the binlog's own text has it, quotes and all. Of a migration tool's table alone. */
  readonly values?: readonly string[]
}

/** What a binlog says happened, as far as it is judged. `at`: ISO, when its statement began. `end`: where the next begins. */
export type BinlogEvent = {
  readonly place: BinlogPlace
  readonly end: number
  readonly at: string
  readonly what: /** Of a transaction; `xa`: one that another transaction manager ends, much later or never. */
    | { readonly kind: 'begin'; readonly xa: boolean }
    | { readonly kind: 'commit' }
    /** `statement`: its text, where the server notes it. */
    | { readonly kind: 'rows'; readonly rows: readonly RowsOf[]; readonly statement: string | null }
    | { readonly kind: 'query'; readonly schema: string; readonly text: string }
    /** The server itself says that something is missing from here on. */
    | { readonly kind: 'broken'; readonly why: string }
}
