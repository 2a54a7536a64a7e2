import type { Json } from '../../../../state/json.ts'

/** A part of a statement, its values apart. */
export type Sql = { readonly sql: string; readonly args: readonly Json[] }

export function sql(text: string, ...args: readonly Json[]): Sql {
  return { sql: text, args }
}

/** What a row must not be; `where` is true for a row that is. */
export type Condition = { readonly what: string; readonly where: Sql }

/** Asked of rows as they are now. `real`: what the table is called now. */
export type Question = {
  readonly statement: number
  readonly table: string
  readonly real: string
  readonly what: string
} & (
  | { readonly kind: 'row'; readonly where: Sql }
  /** Rows of which another has the same. `among`: the rows that count. */
  | { readonly kind: 'same'; readonly by: readonly Sql[]; readonly among: Sql }
  | {
      readonly kind: 'alone'
      readonly columns: readonly string[]
      readonly parent: string
      readonly parentColumns: readonly string[]
    }
) & {
    /** Rows are deleted before it: one that is found may be gone by then. */
    readonly unlessDeletedBy: string | null
  }
