import type { MigrationTool } from '../manifest.ts'
import { migrationTools } from './tables.ts'
import { tools } from './tools.ts'

/**
 * The tools that may keep these tables. Some share a name: `schema_migrations` is dbmate's, golang-migrate's or, with
 * `ar_internal_metadata` beside it, Rails'; where `columns` tells those of a table, they decide.
 */
export function recognise(
  tables: readonly string[],
  columns: (table: string) => readonly string[] | null = () => null,
): readonly MigrationTool[] {
  const has = (name: string): boolean => tables.some(table => lower(table) === lower(name))
  const found = migrationTools.filter(tool => {
    const { columns: wanted, companions = [] } = tools[tool]
    const seen = columns(tableOf(tool))?.map(lower)
    const fits = seen === undefined || wanted.every(column => seen.includes(lower(column)))
    return has(tableOf(tool)) && companions.every(has) && fits
  })
  return found.filter(tool => {
    const rivals = found.filter(other => other !== tool && tableOf(other) === tableOf(tool))
    const seen = columns(tableOf(tool)) !== null
    return !rivals.some(rival => beats(rival, tool, seen))
  })
}

/** By a table that only it keeps, or by a column that only it has: `dirty` is golang-migrate's alone. */
function beats(one: MigrationTool, other: MigrationTool, columnsSeen: boolean): boolean {
  const [companions, theirs] = [tools[one].companions ?? [], tools[other].companions ?? []]
  if (companions.length !== theirs.length) return companions.length > theirs.length
  return columnsSeen && tools[one].columns.length > tools[other].columns.length
}

/** Without its schema. */
function tableOf(tool: MigrationTool): string {
  const { table } = tools[tool]
  return table.slice(table.lastIndexOf('.') + 1)
}

function lower(name: string): string {
  return name.toLowerCase()
}
