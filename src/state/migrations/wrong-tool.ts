import type { Fault } from '../fault.ts'
import type { MigratedBy } from '../manifest.ts'
import { recognise } from './recognise.ts'

/**
 * The manifest names one tool, and the database was migrated by another. Null: the named table is there, or nothing is
 * known that would contradict it.
 */
export function wrongTool(
  database: string,
  named: { readonly tool: MigratedBy; readonly table: string },
  tables: readonly string[],
  columns?: (table: string) => readonly string[] | null,
): Fault | null {
  // A query of one's own names its table itself.
  if (typeof named.tool !== 'string') return null
  const found = recognise(tables, columns)
  const bare = named.table.slice(named.table.lastIndexOf('.') + 1)
  const there = tables.some(table => table.toLowerCase() === bare.toLowerCase())
  if (found.includes(named.tool) || found.length === 0 || (there && columns === undefined)) return null
  return {
    code: 'migration.wrong-tool',
    what: `The manifest says that ${named.tool} migrates ${database}, but it has the table of ${found.join(' or ')}`,
    means: 'Which migrations are applied is not known, so that none can be reversed.',
    next: `Name the tool in databases.${database}.migrations, and its table if that is not the usual one.`,
  }
}
