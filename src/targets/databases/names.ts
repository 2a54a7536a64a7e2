import type { DatabaseCommand } from '../../state/command.ts'

export const marks = '_astern_marks'
export const archives = '_astern_archives'
export const conflicts = '_astern_conflicts'
export const sums = '_astern_sums'
export const fences = '_astern_fences'

/** Astern's own tables, which are no part of the schema. */
export function isOurs(table: string): boolean {
  return table.startsWith('_astern_')
}

/** What a command's marker row is found by, within one run. */
export function markOf(command: DatabaseCommand): string {
  switch (command.kind) {
    case 'database.copy':
      return 'copy'
    case 'database.archive':
      return `archive ${command.table}`
    case 'database.statement':
      return `${command.direction} ${command.migration} ${command.index} of ${command.of}`
    case 'database.fence':
      return 'fence'
    case 'database.unfence':
      return 'unfence'
    case 'database.sum':
      return 'sum'
    case 'database.seal':
      return `seal ${command.table}`
    case 'database.compare':
      return `compare ${command.table} with ${command.run}`
    case 'database.put-back':
      return `put back ${command.table} of ${command.run}`
  }
}
