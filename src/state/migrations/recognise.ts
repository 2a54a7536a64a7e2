import type { MigrationTool } from '../manifest.ts'
import { migrationTools } from './tables.ts'
import { tools } from './tools.ts'

/**
 * The tools that keep one of these tables, by name alone; with `columns` of a table, only those it fits. Where a
 * companion table of one of them is there (`ar_internal_metadata`), the others of the same table are left out.
 */
export function recognise(
  tables: readonly string[],
  columns: (table: string) => readonly string[] | null = () => null,
): readonly MigrationTool[] {
  const has = (name: string): boolean => tables.some(table => table.toLowerCase() === name.toLowerCase())
  const found = migrationTools.filter(tool => {
    const { table, columns: wanted } = tools[tool]
    const own = columns(bare(table))?.map(column => column.toLowerCase())
    return has(bare(table)) && (own === undefined || wanted.every(column => own.includes(column.toLowerCase())))
  })
  return found.filter(tool => {
    const rivals = found.filter(other => other !== tool && sameTable(tool, other))
    if (rivals.length === 0) return tool !== 'sqitch' || companionsThere(tool, has)
    if (rivals.some(rival => companionsThere(rival, has))) return companionsThere(tool, has)
    return !rivals.some(rival => isMoreExact(rival, tool) && columns(bare(tools[tool].table)) !== null)
  })
}

function bare(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1)
}

function sameTable(one: MigrationTool, other: MigrationTool): boolean {
  return bare(tools[one].table) === bare(tools[other].table)
}

function companionsThere(tool: MigrationTool, has: (name: string) => boolean): boolean {
  const companions = tools[tool].companions ?? []
  return companions.length > 0 && companions.every(has)
}

/** Both fit the columns that were seen, and it asks for more of them: `dirty` is golang-migrate's alone. */
function isMoreExact(one: MigrationTool, other: MigrationTool): boolean {
  return tools[one].columns.length > tools[other].columns.length
}
