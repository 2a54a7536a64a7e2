import type { Sql } from './migrations/tool.ts'

/** One statement of a migration. */
export type StatementCommand = {
  readonly kind: 'database.statement'
  readonly database: string
  readonly direction: 'down' | 'up'
  readonly migration: string
  /** 1-based, of `of`. The last one puts the migration table right in the same transaction. */
  readonly index: number
  readonly of: number
  readonly sql: string
  readonly migrationsTable: string
  /** With the last one: what puts the tool's own tables right. Left out in journals of 0.1.0: dbmate's row goes, or comes. */
  readonly book?: readonly Sql[]
  /** SETs that its script has before it: they count for its session alone. */
  readonly session?: readonly string[]
}
