/** A fault of a SQLite file. */
export type SqliteTask = {
  readonly family: 'sqlite'
  readonly database: string
  readonly file: string
  /** The file that runs as the database's child process. */
  readonly childEntry: string
  readonly does: SqliteFault
}

export type SqliteFault =
  /** Whoever writes is locked out: a file has no rows to lock. */
  | { readonly kind: 'row_locks' }
  /** Whoever reads or writes waits again and again. */
  | { readonly kind: 'slow_queries' }
  /** `until`: from then on the triggers do nothing, whoever is left to take them away. */
  | { readonly kind: 'statement_failure'; readonly table: string; readonly name: string; readonly until: string }
