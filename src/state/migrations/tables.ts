import type { MigrationTool } from '../manifest.ts'
import { tools } from './tools.ts'

export const migrationTools = Object.keys(tools) as readonly MigrationTool[]

/** Where each tool keeps what is applied, unless it is told otherwise; `schema.table` where it has a schema of its own. */
export const defaultTables = Object.fromEntries(migrationTools.map(tool => [tool, tools[tool].table])) as Readonly<
  Record<MigrationTool, string>
>
