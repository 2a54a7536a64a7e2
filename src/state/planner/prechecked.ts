import type { Result } from '../fault.ts'
import type { Plan } from '../plan.ts'
import { oneLine } from '../text.ts'

/** What would make a statement fail, found before anything is begun. */
export type Precheck = {
  /** 0-based, among `statements`. */
  readonly statement: number
  readonly table: string
  readonly what: string
  /** How many rows stand in its way; 0: what stands in its way is no row. Null: that is not known yet, and `what` says why. */
  readonly rows: number | null
  /** Up to three of them, by primary key. */
  readonly examples: readonly string[]
}

export type Checked = readonly {
  readonly database: string
  readonly statements: readonly string[]
  readonly found: Result<readonly Precheck[]>
}[]

/** What keeps a statement from succeeding blocks the plan; what cannot be told yet is told as that. */
export function withPrechecks(plan: Plan, checked: Checked): Pick<Plan, 'blockers' | 'warnings'> {
  const blockers: string[] = []
  const warnings: string[] = []
  for (const { database, statements, found } of checked) {
    if (!found.ok) {
      warnings.push(`${database}: whether the statements can succeed was not found out: ${found.fault.what}`)
      continue
    }
    for (const { statement, table, what, rows, examples } of found.value) {
      const which = `${database}, "${oneLine(statements[statement] ?? '', 60)}"`
      const shown =
        examples.length === 0 ? '' : ` (${examples.join(', ')}${(rows ?? 0) > examples.length ? ', ...' : ''})`
      if (rows === null) warnings.push(`${which}: ${table}: ${what}`)
      else blockers.push(`${which} would fail: ${table}: ${rows === 0 ? '' : `${rows} rows: `}${what}${shown}`)
    }
  }
  return { blockers: [...plan.blockers, ...blockers], warnings: [...plan.warnings, ...warnings] }
}
