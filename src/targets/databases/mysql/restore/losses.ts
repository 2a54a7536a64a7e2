import { losses } from '../../names.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { quoteName } from '../names.ts'
import { hasTable } from '../seen.ts'

/**
 * What was written to a table since the backup. `lacking`: values, per column, that the backup has no column for. `history`:
 * former states of its rows, kept by the server, that the backup has not.
 */
export type Loss = {
  readonly table: string
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly lacking: Readonly<Record<string, number>>
  readonly history?: number
}

export async function readLosses(query: Query, config: MysqlConfig, run: string): Promise<readonly Loss[]> {
  if (!(await hasTable(query, config, losses))) return []
  const rows = await query(
    `SELECT tbl, inserted, updated, deleted, lacking, history FROM ${quoteName(losses)} WHERE run = ? ORDER BY tbl`,
    run,
  )
  return rows.map(row => ({
    table: String(row['tbl']),
    inserted: Number(row['inserted']),
    updated: Number(row['updated']),
    deleted: Number(row['deleted']),
    lacking: JSON.parse(String(row['lacking'])) as Loss['lacking'],
    ...(Number(row['history']) > 0 ? { history: Number(row['history']) } : {}),
  }))
}
