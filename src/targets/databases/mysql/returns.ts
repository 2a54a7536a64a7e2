import type { RunContext } from '../../permit.ts'
import { archivesIn, conflictsIn, type KeptTable } from '../kept-rows.ts'
import { archives, conflicts } from '../names.ts'
import type { Conflict } from '../port.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { hasTable } from './seen.ts'

export async function readConflicts(
  query: Query,
  config: MysqlConfig,
  { run }: RunContext,
): Promise<readonly Conflict[]> {
  return (await hasTable(query, config, conflicts)) ? conflictsIn(query, run) : []
}

/** Tables that others refer to first: rows return in this order. */
export async function readArchives(query: Query, config: MysqlConfig): Promise<readonly KeptTable[]> {
  if (!(await hasTable(query, config, archives))) return []
  const found = await archivesIn(query)
  const parents = await parentsOf(query, config)
  return found.toSorted((a, b) => depth(a.table, parents) - depth(b.table, parents) || (a.table < b.table ? -1 : 1))
}

async function parentsOf(query: Query, { database }: MysqlConfig): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await query(
    'SELECT DISTINCT table_name AS child, referenced_table_name AS parent FROM information_schema.key_column_usage WHERE table_schema = ? AND referenced_table_name IS NOT NULL',
    database.database,
  )
  const parents = new Map<string, string[]>()
  for (const { child, parent } of rows)
    parents.set(String(child), [...(parents.get(String(child)) ?? []), String(parent)])
  return parents
}

/** Steps up to a table that refers to no other; a circle ends where it closes. */
function depth(table: string, parents: ReadonlyMap<string, readonly string[]>, seen: readonly string[] = []): number {
  const above = (parents.get(table) ?? []).filter(parent => parent !== table && !seen.includes(parent))
  return above.length === 0 ? 0 : 1 + Math.max(...above.map(parent => depth(parent, parents, [...seen, table])))
}
