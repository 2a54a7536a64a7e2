import type { DatabaseCommand } from '../../../state/command.ts'

/** The one place where a name becomes part of a statement. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export const marks = '_astern_marks'
export const archives = '_astern_archives'
export const conflicts = '_astern_conflicts'

/** Astern's own tables, which are no part of the schema. */
export function isOurs(table: string): boolean {
  return table.startsWith('_astern_')
}

export function archiveName(run: string, table: string): string {
  return `_astern_${run.replaceAll(/\W/g, '_')}_${table}`
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
    case 'database.put-back':
      return `put back ${command.table} of ${command.run}`
  }
}

export function copyName(file: string, run: string): string {
  return `${file}.astern-${run}.copy`
}
