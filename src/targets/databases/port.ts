import type { DatabaseCommand, TryCommand } from '../../state/command.ts'
import type { AtRisk } from '../../state/plan.ts'
import type { DatabaseFact, Migration, Probed } from '../../state/facts.ts'
import type { Result } from '../../state/fault.ts'
import type { Json } from '../../state/json.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Permit, RunContext } from '../permit.ts'

/** SELECT and nothing else. */
export type DatabaseLook = {
  /** `migrations` of the answer is empty: the scripts come from a release, not from the database. */
  readonly observe: () => Promise<DatabaseFact>
  /** Rows each statement would lose, were nothing archived. */
  readonly atRisk: (migrations: readonly Migration[]) => Promise<Result<readonly AtRisk[]>>
  readonly probe: (command: DatabaseCommand, context: RunContext) => Promise<Probed>
  /** First cell of a query's first row; for invariants and `sql` checks. The session can only read. */
  readonly cell: (sql: string) => Promise<Result<Json>>
  /** Conflicts of a put-back, as the database holds them. */
  readonly conflicts: (context: RunContext) => Promise<Result<readonly Conflict[]>>
  /** Tables an earlier run archived: `{run, table, rows}`. */
  readonly archives: () => Promise<
    Result<readonly { readonly run: string; readonly table: string; readonly rows: number }[]>
  >
  readonly close: () => Promise<void>
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
