import type { Query } from '../../query.ts'
import { within, versionedOf } from './sides.ts'

/** Former states of a table's rows that system versioning keeps; none where it is not versioned. `table` with its schema, quoted. */
export async function historyIn(query: Query, table: string): Promise<number> {
  const [shown = {}] = await query(`SHOW CREATE TABLE ${table}`)
  if (!/\bSYSTEM VERSIONING\b/.test(String(Object.values(shown)[1]))) return 0
  const [row] = await query(
    `SELECT (SELECT COUNT(*) FROM ${table} FOR SYSTEM_TIME ALL) - (SELECT COUNT(*) FROM ${table}) AS n`,
  )
  return Number(row?.['n'])
}

/** Of a whole schema, per table that has any. */
export async function historiesOf(query: Query, schema: string): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {}
  for (const table of await versionedOf(query, schema)) {
    const rows = await historyIn(query, within(schema, table))
    if (rows > 0) found[table] = rows
  }
  return found
}
