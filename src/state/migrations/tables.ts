import type { MigratedBy, MigrationTool } from '../manifest.ts'
import { toolOf, tools } from './tools.ts'

export const migrationTools = Object.keys(tools) as readonly MigrationTool[]

/** Where each tool keeps what is applied, unless it is told otherwise; `schema.table` where it has a schema of its own. */
export const defaultTables = Object.fromEntries(migrationTools.map(tool => [tool, tools[tool].table])) as Readonly<
  Record<MigrationTool, string>
>

/** Those that a tool keeps for itself, and no program of a migration is about. */
export function ownTables(tool: MigratedBy, table: string): readonly string[] {
  const { companions = [], lock } = toolOf(tool)
  return [table, ...companions, ...(lock === undefined ? [] : [lock.table(table)])]
}
