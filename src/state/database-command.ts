import type { SeenSession } from './blocked.ts'
import type { EnvironmentClass } from './manifest.ts'
import { describeFlashback, isFlashback, type FlashbackCommand } from './flashback-command.ts'
import { describeProgram, type ProgramCommand } from './program-command.ts'
import { describeRehearsal, isRehearsal, type RehearsalCommand } from './rehearsal-command.ts'
import type { StatementCommand } from './statement-command.ts'
import { describeRestore, isRestore, type RestoreCommand } from './restore-command.ts'

export type { StatementCommand }

/** Says in the database itself that drills of this environment may hurt it (ADR 46). */
export type MarkDatabase = {
  readonly kind: 'database.mark'
  readonly database: string
  readonly class: EnvironmentClass
}

export type DatabaseCommand =
  | RestoreCommand
  | ProgramCommand
  | FlashbackCommand
  | { readonly kind: 'database.copy'; readonly database: string }
  | MarkDatabase
  /** Keeps every row of a table, before a statement drops the table or one of its columns. */
  | { readonly kind: 'database.archive'; readonly database: string; readonly table: string }
  | StatementCommand
  /** Locks the accounts that write and ends their sessions; nobody but declared readers is left. */
  | {
      readonly kind: 'database.fence'
      readonly database: string
      readonly writers: readonly string[]
      readonly readers: readonly string[]
    }
  /** Unlocks what this run's fence had locked, and nothing else. */
  | { readonly kind: 'database.unfence'; readonly database: string }
  /** Ends sessions that keep a step waiting, and no other: each has to be the very one that was seen. */
  | { readonly kind: 'database.end'; readonly database: string; readonly sessions: readonly SeenSession[] }
  /** Sums up tables that nothing is to change, and keeps the sums beside them. */
  | { readonly kind: 'database.sum'; readonly database: string; readonly tables: readonly string[] }
  /** Notes how the rows of an archived table stand now, so that an undo can tell who was changed since. */
  | { readonly kind: 'database.seal'; readonly database: string; readonly table: string }
  /** Before the way up: which rows of a table that `run` sealed nobody has touched since. */
  | { readonly kind: 'database.compare'; readonly database: string; readonly run: string; readonly table: string }
  /** Values an earlier run archived go back to the rows nobody has changed since; the others become conflicts. */
  | {
      readonly kind: 'database.put-back'
      readonly database: string
      readonly run: string
      readonly table: string
      /** Every table was kept, whether it was touched or not: a row that was left alone is no conflict, whoever changed it since. */
      readonly whole?: true
    }

/** Looked at and judged; nothing is changed. */
export type DatabaseProof =
  /** What is at risk, counted once more with the writers out. */
  | { readonly kind: 'database.count'; readonly database: string; readonly of: readonly Lossy[] }
  /** Those tables, summed up once more: they are as they were. */
  | { readonly kind: 'database.unchanged'; readonly database: string; readonly tables: readonly string[] }
  /** Its declared replicas have all that this run wrote. */
  | { readonly kind: 'database.follow'; readonly database: string }
  | {
      readonly kind: 'database.prove'
      readonly database: string
      readonly fingerprint: string
      readonly migrations: readonly string[]
    }

const writing: ReadonlySet<string> = new Set<DatabaseCommand['kind']>([
  'database.statement',
  'database.program',
  'database.put-back',
  'database.swap',
  'database.flashback',
])

/** It changes what serves: rows or schema that users of the database meet. */
export function writesToDatabase({ kind }: { readonly kind: string }): boolean {
  return writing.has(kind)
}

/** A column whose values, or (null) a table whose rows, a reversal takes away. */
export type Lossy = { readonly table: string; readonly column: string | null }

export function describeDatabase(command: DatabaseCommand | DatabaseProof | RehearsalCommand): string {
  if (isRehearsal(command)) return describeRehearsal(command)
  if (isRestore(command)) return describeRestore(command)
  if (isFlashback(command)) return describeFlashback(command)
  switch (command.kind) {
    case 'database.copy':
      return `take a safety copy of ${command.database}`
    case 'database.mark':
      return `mark ${command.database} for drills`
    case 'database.archive':
      return `archive ${command.table} of ${command.database}`
    case 'database.statement':
      return `${command.direction} ${command.migration} of ${command.database}, statement ${command.index} of ${command.of}`
    case 'database.program':
      return describeProgram(command)
    case 'database.fence':
      return command.writers.length === 0
        ? `see that nobody is at ${command.database}`
        : `keep ${command.writers.join(', ')} out of ${command.database}`
    case 'database.unfence':
      return `let writers into ${command.database} again`
    case 'database.end':
      return `end ${command.sessions.map(({ id, user, host }) => `session ${id} of ${user}@${host}`).join(', ')} at ${command.database}`
    case 'database.count':
      return `count what is at risk in ${command.database}`
    case 'database.sum':
      return `sum up what nothing is to change in ${command.database}`
    case 'database.unchanged':
      return `prove that the rest of ${command.database} is as it was`
    case 'database.follow':
      return `see the replicas of ${command.database} follow`
    case 'database.seal':
      return `note how the rows of ${command.table} of ${command.database} stand`
    case 'database.compare':
      return `look which rows of ${command.table} of ${command.database} nobody has touched since`
    case 'database.put-back':
      return `put archived values of ${command.table} back into ${command.database}`
    case 'database.prove':
      return `prove the schema and consistency of ${command.database}`
  }
}
