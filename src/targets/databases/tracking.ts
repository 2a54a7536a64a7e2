import type { Applied, DatabaseFact } from '../../state/facts.ts'
import type { MigratedBy, Migrations } from '../../state/manifest.ts'
import { appliedOf, selectApplied, selectLock } from '../../state/migrations/applied.ts'
import type { DirtyState } from '../../state/migrations/dirty-state.ts'
import { lockState } from '../../state/migrations/dirty.ts'
import { notOneRow, rowsUnapplied } from '../../state/migrations/own-query.ts'
import type { Query } from './query.ts'

/** What the migration tool's own tables say, as far as they tell it without the scripts. */
export async function trackingNow(
  query: Query,
  migrations: Migrations | null,
  quote: (name: string) => string,
  hasTable: (table: string) => Promise<boolean>,
): Promise<Pick<DatabaseFact, 'applied' | 'recorded' | 'dirty'>> {
  if (migrations === null) return { applied: [] }
  const { tool, table } = migrations
  const place = { table, quote }
  // A tool's table comes with its first migration; a query of one's own that finds none is a mistake, which the database tells.
  const rows = typeof tool !== 'string' || (await hasTable(table)) ? await query(selectApplied(tool, place)) : []
  const lock = selectLock(tool, place)
  const locks = lock !== null && (await hasTable(lock.table)) ? await query(lock.sql) : []
  const recorded = appliedOf(tool, rows, [])
  const dirty = [...lockState(tool, locks), ...(await unapplyMisses(query, tool, recorded.at(-1)))]
  return { applied: recorded.map(({ version }) => version), recorded, dirty }
}

/** What takes a version out of a team's own table is asked for the newest one. */
async function unapplyMisses(
  query: Query,
  by: MigratedBy,
  newest: Applied | undefined,
): Promise<readonly DirtyState[]> {
  const asked = typeof by === 'string' || newest === undefined ? null : rowsUnapplied(by, newest.version)
  if (asked === null || newest === undefined) return []
  const [row] = await query(asked.sql, ...asked.args)
  const rows = Number(row?.['n'])
  return rows === 1 ? [] : [notOneRow(newest.version, rows)]
}
