import type { Counts } from './counts.ts'
import type { BinlogEnd } from './judge.ts'
import type { BinlogPlace } from './place.ts'

/** What of the server's binlog could be replayed into a backup. */
export type BinlogFact = {
  readonly backup: string
  /** Where that backup stands in it. */
  readonly from: BinlogPlace | null
  /** Why nothing of it can be replayed, a sentence each. */
  readonly amiss: readonly string[]
  /** From there to its end. */
  readonly bytes: number | null
  /** Files of this machine that stand for those which the server has no more; left out: none. */
  readonly copies?: readonly string[]
  /** Null: not read, only asked about. */
  readonly read: BinlogRead | null
}

/** What a stretch of the binlog wrote to some tables, that a person wants taken back. */
export type StretchFact = {
  /** Why it cannot be, a sentence each. */
  readonly amiss: readonly string[]
  /** Null: no transaction of the log is meant. */
  readonly from: BinlogPlace | null
  readonly until: BinlogPlace | null
  readonly files: readonly string[]
  readonly tables: readonly Counts[]
  /** Tables that the same transactions wrote to and that are not meant. */
  readonly also: readonly string[]
  readonly sha256: string
  readonly sql: BinlogRead['sql']
}

export type BinlogRead = {
  /** Null: what was to be the end was not found. */
  readonly end: BinlogEnd | null
  readonly files: readonly string[]
  /** Rows up to the end, and after it. */
  readonly tables: readonly Counts[]
  readonly after: readonly Counts[]
  readonly leftOut: readonly string[]
  /** Of every row event up to the end that would be applied, as the server has it. */
  readonly sha256: string
  /** Where the same stands as SQL, and its hash. Null: nobody keeps it. */
  readonly sql: { readonly path: string; readonly bytes: number; readonly sha256: string } | null
}
