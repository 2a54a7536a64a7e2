import type { BackupsFact } from './backup.ts'
import type { BinlogFact, StretchFact } from './binlog/fact.ts'
import type { Fault } from './fault.ts'
import type { Json } from './json.ts'
import type { DirtyState } from './migrations/dirty-state.ts'

export type SchemaObject = {
  readonly kind: 'table' | 'index' | 'trigger' | 'view' | 'routine' | 'event'
  readonly name: string
  /** Canonical JSON, or text in one spelling: two that are equal are the same to the server. */
  readonly definition: string
}

/** One thing a statement does, as far as its text proves it. `ifExists`, `ifNotExists`: nothing, where it is not so. */
export type Effect =
  | { readonly kind: 'create table'; readonly table: string; readonly ifNotExists?: true }
  | { readonly kind: 'drop table'; readonly table: string; readonly ifExists?: true }
  | {
      readonly kind: 'add column'
      readonly table: string
      readonly column: string
      readonly type?: string
      readonly notNull?: boolean
      /** An INSERT that does not name it succeeds. */
      readonly hasDefault?: boolean
      readonly ifNotExists?: true
    }
  | { readonly kind: 'drop column'; readonly table: string; readonly column: string; readonly ifExists?: true }
  /** Another type, or another rule on NULL. `type` as written: `varchar(20)`; null: not told by the text. */
  | {
      readonly kind: 'change column'
      readonly table: string
      readonly column: string
      readonly type: string | null
      readonly notNull: boolean
      readonly ifExists?: true
    }
  /** `column` left out: the table itself. */
  | {
      readonly kind: 'rename'
      readonly table: string
      readonly what: string
      readonly column?: string
      readonly to?: string
      readonly ifExists?: true
    }
  /** `all`: no WHERE, or TRUNCATE. */
  | {
      readonly kind: 'rows'
      readonly verb: 'insert' | 'update' | 'delete'
      readonly table: string
      readonly all?: true
      /** Of an update, the columns it sets. */
      readonly columns?: readonly string[]
    }
  | {
      readonly kind: 'index'
      readonly what: string
      readonly verb?: 'add' | 'drop' | 'rename'
      readonly table?: string
      /** Its name, where it has one. */
      readonly index?: string
      /** Of one that is added, where they are no expressions. */
      readonly columns?: readonly string[]
      /** Of a renamed one. */
      readonly to?: string
      readonly ifExists?: true
      readonly ifNotExists?: true
    }
  /** What rows have to satisfy from now on: an index that allows no second, a reference, a condition. */
  | {
      readonly kind: 'unique'
      readonly table: string
      readonly columns: readonly string[]
      readonly index?: string
      /** Where only the first characters of a column count, how many. */
      readonly lengths?: readonly (number | null)[]
      readonly primary?: true
      readonly ifNotExists?: true
    }
  | {
      readonly kind: 'reference'
      readonly table: string
      readonly columns: readonly string[]
      readonly to: { readonly table: string; readonly columns: readonly string[] }
      readonly name?: string
      readonly ifNotExists?: true
    }
  | {
      readonly kind: 'check'
      readonly table: string
      /** As written. */
      readonly expression: string
      readonly name?: string
      readonly ifNotExists?: true
    }
  /** What rows have to satisfy no more. */
  | {
      readonly kind: 'drop constraint'
      readonly table: string
      /** `constraint`: the text does not say which it is. */
      readonly of: 'primary key' | 'foreign key' | 'check' | 'constraint'
      readonly name?: string
      readonly ifExists?: true
    }
  /** Every text of a table written in another character set. */
  | { readonly kind: 'charset'; readonly table: string; readonly charset: string; readonly collation: string | null }
  /** `destroys`: it takes data away, or may well. */
  | { readonly kind: 'other'; readonly what: string; readonly destroys?: true }

export type Statement = { readonly sql: string; readonly effects: readonly Effect[] }

export type Migration = {
  readonly version: string
  readonly name: string
  readonly up: readonly Statement[]
  /** Null: the file has no way down. */
  readonly down: readonly Statement[] | null
  /** Releases declared able to run on the schema after this migration (`-- astern:compatible-with 1.2.2`). */
  readonly compatibleWith: readonly string[]
  /**
   * It is a program, or written in a language Astern does not read: `argv` reverses it, and nothing after it, with its tool;
   * `up` applies it, and no other. `up` left out: its tool has no word for that.
   */
  readonly opaque?: { readonly why: string; readonly argv: readonly string[]; readonly up?: readonly string[] }
  /** Of its script, as its tool writes it down; any of them fits. Left out: the tool keeps none, or how is not known. */
  readonly checksums?: readonly string[]
  /** Versions it stands on, where its tool says so and not by order alone. */
  readonly after?: readonly string[]
  /** What its tool writes into its own table beside the version. */
  readonly record?: Readonly<Record<string, Json>>
}

/** One applied migration, as its tool's table tells it. */
export type Applied = {
  readonly version: string
  readonly name?: string
  readonly checksum?: string
  readonly at?: string
  /** Why it is not whole. */
  readonly dirty?: string
}

export type DatabaseFact = {
  readonly fault: Fault | null
  readonly fingerprint: string | null
  readonly schema: readonly SchemaObject[]
  /** Versions the migration table lists, in the order they were applied. */
  readonly applied: readonly string[]
  /** What the migration tool's own tables say. */
  readonly recorded?: readonly Applied[]
  /** What of the migrations is half done, or held by nobody. */
  readonly dirty?: readonly DirtyState[]
  /** Scripts that are not the ones that were applied; a sentence each. */
  readonly otherScripts?: readonly string[]
  /** Scripts found in the release that runs now, ascending. */
  readonly migrations: readonly Migration[]
  /** Rows per table. */
  readonly rows: Readonly<Record<string, number>>
  /** Tables without transactions: what a crash left of a statement there cannot be told. */
  readonly withoutTransactions?: readonly string[]
  readonly sizeBytes: number | null
  readonly freeBytes: number | null
  /** What of the schema the account that looked is not shown: its fingerprint then stands for less than the whole. */
  readonly unseen?: readonly string[]
  /** Left out: none are declared. */
  readonly backups?: BackupsFact
  /** Of the backup that is to be restored. Left out: not asked. */
  readonly binlog?: BinlogFact
  /** Of what a person wants taken back. Left out: nothing. */
  readonly stretch?: StretchFact
  /** Of a database on a server. */
  readonly server?: ServerFact
}

/** A declared replica. `seconds` null: not known, and `amiss` says why. */
export type Follower = { readonly place: string; readonly seconds: number | null; readonly amiss: string | null }

export type ServerFact = {
  readonly version: string
  /** Host and port as the server itself knows them. */
  readonly place: string
  readonly id: string
  readonly readOnly: boolean
  /** Whom it replicates from; `none`; null: this account may not see. */
  readonly replicaOf: string | null
  readonly lagSeconds: number | null
  /** Servers that replicate from it now. */
  readonly replicas: number
  /** Those that the manifest declares. */
  readonly following?: readonly Follower[]
  /** Sessions at the schema whose account is neither writer nor reader. */
  readonly strangers: readonly string[]
  /** Rights the account that reverses has not, and the fence needs. */
  readonly lacks?: readonly string[]
  /** Why sessions that keep a statement waiting could not be ended, and what would let them. */
  readonly cannotEnd?: string
  /** Accounts that nobody declared and that let a writer in although the declared ones are locked. */
  readonly sideDoors?: readonly string[]
  /** Declared writers that the server does not have. */
  readonly missingWriters?: readonly string[]
  /** Sessions with a transaction open for long. */
  readonly long: readonly string[]
}
