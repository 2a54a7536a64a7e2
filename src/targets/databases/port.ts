import type { Sight } from '../../state/drill/mark.ts'
import type { Blocked } from '../../state/blocked.ts'
import type { DatabaseCommand, TryCommand } from '../../state/command.ts'
import type { BinlogQuestion } from '../../state/binlog/judge.ts'
import type { Backup, BackupsFact } from '../../state/backup.ts'
import type { StretchQuestion } from '../../state/binlog/stretch.ts'
import type { BinlogFact, StretchFact } from '../../state/binlog/fact.ts'
import type { AtRisk } from '../../state/plan.ts'
import type { Precheck } from '../../state/planner/prechecked.ts'
import type { DatabaseFact, Migration, Probed, Statement } from '../../state/facts.ts'
import type { Result } from '../../state/fault.ts'
import type { Json } from '../../state/json.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Permit, RunContext } from '../permit.ts'

/** SELECT and nothing else. */
export type DatabaseLook = {
  /** `migrations` of the answer is empty: the scripts come from a release, not from the database. */
  readonly observe: () => Promise<DatabaseFact>
  /** What it is, whatever address led to it, and its mark for drills. */
  readonly drill: () => Promise<Result<Sight>>
  /** Reads scripts as this database would: their statements, and what each does as far as its text proves it. */
  readonly reader: () => Promise<(script: string) => readonly Statement[]>
  /** Rows each statement would lose, were nothing archived. */
  readonly atRisk: (migrations: readonly Migration[]) => Promise<Result<readonly AtRisk[]>>
  /** What keeps statements, run one after the other, from succeeding; looked for before anything is begun. */
  readonly prechecks: (statements: readonly Statement[]) => Promise<Result<readonly Precheck[]>>
  readonly probe: (command: DatabaseCommand, context: RunContext) => Promise<Probed>
  /** Quick, and asked again and again. */
  readonly pulse: () => Promise<Result<Pulse>>
  /** First cell of a query's first row; for invariants and `sql` checks. The session can only read. */
  readonly cell: (sql: string) => Promise<Result<Json>>
  /** Conflicts of a put-back, as the database holds them. */
  readonly conflicts: (context: RunContext) => Promise<Result<readonly Conflict[]>>
  /** Tables an earlier run archived: `{run, table, rows}`. */
  readonly archives: () => Promise<
    Result<readonly { readonly run: string; readonly table: string; readonly rows: number }[]>
  >
  /** What it could be restored from; null: nothing is declared. `whole`: the newest ones are read to their end. */
  readonly backups: (whole: boolean) => Promise<BackupsFact | null>
  /** Clones that rehearsals of this database left, or are at. */
  readonly clones: (environment: string) => Promise<Result<readonly CloneFound[]>>
  /** What of the binlog could be replayed into a backup; null: there is none. */
  readonly binlog: (asked: BinlogAsked) => Promise<BinlogFact | null>
  /** What of the binlog could be taken back; null: there is none. */
  readonly stretch: (asked: StretchAsked) => Promise<StretchFact | null>
  readonly close: () => Promise<void>
}

/** `since`, `by`: when and by which run it was made; null: it was cut off before it said so. */
export type CloneFound = {
  readonly name: string
  readonly since: string | null
  readonly by: string | null
  readonly inUse: boolean
}

export type StretchAsked = {
  readonly tables: readonly string[]
  /** A place, or a time (ISO). */
  readonly from: StretchQuestion['from']
  readonly until: StretchQuestion['until']
  /** A file for what takes it back, as SQL. */
  readonly keep?: string
}

export type BinlogAsked = {
  readonly backup: Pick<Backup, 'name' | 'position' | 'tables'>
  /** Left out: nothing is read, only whether it could be is told. */
  readonly question?: Omit<BinlogQuestion, 'schema' | 'tables'>
  /** A file for what would be replayed, as SQL. */
  readonly keep?: string
}

/** `works`: what Astern is at there now, as far as it and the server tell. */
export type Pulse = { readonly works: readonly Work[] }

export type Work = {
  /** A statement, or what it is for. */
  readonly what: string
  /** The command it is part of, as a plan tells it; left out: another process is at it. */
  readonly of?: string
  readonly seconds: number
  /** How far it is, 0 to 100; null: that is not told. */
  readonly percent: number | null
  /** Seconds it will take yet, should it go on as it went. */
  readonly toGo?: number
  /** What of it `percent` is a share of, where that is not the whole: `stage 1 of 2, copy to tmp table`. */
  readonly part?: string
  /** Rows it has changed. */
  readonly rows?: number
  readonly waitsFor?: Blocked
  /** Why it goes no further for the moment. */
  readonly pauses?: string
  /** What is settled of it already. */
  readonly landed?: readonly string[]
}

/** A value that could not go back, because its row has been changed or deleted since. */
export type Conflict = {
  readonly table: string
  readonly key: string
  /**
   * `taken`: its key, or a value that has to be the only one, is another row's now. `does not fit`: the schema refuses it.
   * `no column`: the schema has no column for the value. `referred to`: rows refer to what would be deleted. `no key`: its like cannot be told apart.
   */
  readonly why: 'changed since' | 'deleted since' | 'taken' | 'does not fit' | 'no column' | 'referred to' | 'no key'
  readonly archived: Readonly<Record<string, Json>>
  readonly present: Readonly<Record<string, Json>> | null
}

export type DatabaseTry = DatabaseLook & {
  readonly attempt: (
    command: Extract<TryCommand, { kind: `database.${string}` }>,
    context: RunContext,
    evidence: Evidence,
    signal: AbortSignal,
  ) => Promise<Outcome>
}

export type DatabaseAct = DatabaseTry & {
  readonly apply: (
    command: DatabaseCommand,
    permit: Permit,
    context: RunContext,
    evidence: Evidence,
  ) => Promise<Outcome>
}
