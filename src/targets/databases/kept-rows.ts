import { archives, conflicts } from './names.ts'
import type { Conflict } from './port.ts'
import type { Query } from './query.ts'

/** A table that an earlier run kept. */
export type KeptTable = { readonly run: string; readonly table: string; readonly rows: number }

/** Values that a put-back of `run` left aside. Its table has to be there. */
export async function conflictsIn(query: Query, run: string): Promise<readonly Conflict[]> {
  const rows = await query(
    `SELECT tbl, row_key, why, archived, present FROM ${conflicts} WHERE run = ? ORDER BY tbl, row_key`,
    run,
  )
  return rows.map(({ tbl, row_key: key, why, archived, present }) => ({
    table: String(tbl),
    key: String(key),
    why: why as Conflict['why'],
    archived: JSON.parse(String(archived)) as Conflict['archived'],
    present: present == null ? null : (JSON.parse(String(present)) as Conflict['archived']),
  }))
}

/** What earlier runs kept. Its table has to be there. */
export async function archivesIn(query: Query): Promise<readonly KeptTable[]> {
  const rows = await query(`SELECT run, tbl, n FROM ${archives} ORDER BY run, tbl`)
  return rows.map(({ run, tbl, n }) => ({ run: String(run), table: String(tbl), rows: Number(n) }))
}
