import type { RunContext } from '../../permit.ts'
import { marks } from '../names.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { quoteName } from './names.ts'
import { hasTable } from './seen.ts'

/**
 * What was begun and what is done of a run, in the database itself. A statement that can share a transaction has its marker
 * in it. One that commits by itself has a marker before it, with the schema's fingerprint: which of the two sides a crash
 * left is told by comparing.
 */
export type Mark = { readonly done: boolean; readonly before: string | null; readonly at: string }

export async function findMark(
  query: Query,
  config: MysqlConfig,
  { run }: RunContext,
  mark: string,
): Promise<Mark | null> {
  if (!(await hasTable(query, config, marks))) return null
  const [row] = await query(`SELECT done, fp, at FROM ${quoteName(marks)} WHERE run = ? AND mark = ?`, run, mark)
  if (row === undefined) return null
  return {
    done: Number(row['done']) === 1,
    before: row['fp'] == null ? null : String(row['fp']),
    at: String(row['at']),
  }
}
