import type { Json } from '../../../state/json.ts'

export type Sql = { readonly sql: string; readonly args: readonly Json[] }

/** What the parent asks its child, one JSON object per line each way. */
export type Request =
  | { readonly id: number; readonly ask: 'read'; readonly sql: string; readonly args: readonly Json[] }
  /** All in one transaction; `check` is a query that must give no more rows afterwards than before. */
  | {
      readonly id: number
      readonly ask: 'write'
      readonly statements: readonly Sql[]
      readonly checkForeignKeys: boolean
    }
  /** Outside a transaction: VACUUM INTO. */
  | { readonly id: number; readonly ask: 'exec'; readonly sql: string; readonly args: readonly Json[] }

export type Reply =
  | { readonly id: number; readonly ok: true; readonly rows: readonly Readonly<Record<string, Json>>[] }
  | {
      readonly id: number
      readonly ok: false
      readonly code: number | null
      readonly reason: 'missing' | 'busy' | 'constraint' | 'full' | 'corrupt' | 'readonly' | 'orphans' | 'other'
      readonly text: string
    }

export type ChildOptions = { readonly file: string; readonly readOnly: boolean; readonly busyMs: number }
