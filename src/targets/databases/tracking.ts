import type { DatabaseFact } from '../../state/facts.ts'
import type { Migrations } from '../../state/manifest.ts'
import { appliedOf, selectApplied, selectLock } from '../../state/migrations/applied.ts'
import { lockState } from '../../state/migrations/dirty.ts'
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
  const rows = (await hasTable(table)) ? await query(selectApplied(tool, place)) : []
  const lock = selectLock(tool, place)
  const locks = lock !== null && (await hasTable(lock.table)) ? await query(lock.sql) : []
  const recorded = appliedOf(tool, rows, [])
  return { applied: recorded.map(({ version }) => version), recorded, dirty: lockState(tool, locks) }
}
