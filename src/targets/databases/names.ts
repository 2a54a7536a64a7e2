import { createHash } from 'node:crypto'
import type { DatabaseCommand } from '../../state/command.ts'
import { flashbackMark, isFlashback } from '../../state/flashback-command.ts'
import { programMark } from '../../state/program-command.ts'
import { isRestore, restoreMark } from '../../state/restore-command.ts'

export const marks = '_astern_marks'
export const archives = '_astern_archives'
export const conflicts = '_astern_conflicts'
export const sums = '_astern_sums'
export const fences = '_astern_fences'
/** Of restores: schemas beside, the tables that change places, what hangs on them, and what was written since the backup. */
export const sides = '_astern_sides'
export const swaps = '_astern_swaps'
export const triggers = '_astern_triggers'
export const definitions = '_astern_definitions'
export const grants = '_astern_grants'
export const losses = '_astern_losses'
/** Whether drills may hurt it. */
export const drills = '_astern_drill'
/** How far a run has replayed the binlog. */
export const replays = '_astern_replays'

/** Astern's own tables, which are no part of the schema. */
export function isOurs(table: string): boolean {
  return table.startsWith('_astern_')
}

/** In a comment of whatever a drill has a server run: whose fault it is. */
export const drillComment = '/* astern-drill '

export function isOfDrill(statement: string): boolean {
  return statement.includes(drillComment)
}

/** Triggers by which drills make statements fail, for a while: no part of the schema either. */
export function drillTrigger(run: string, inject: string): string {
  const name = `${run}_${inject}`
  const short = name.length <= 36 ? name : createHash('sha256').update(name).digest('hex').slice(0, 32)
  return `${drillTriggers}${short}`
}

export function isDrillTrigger(trigger: string): boolean {
  return trigger.startsWith(drillTriggers)
}

const drillTriggers = '_astern_drill_'

/** What a command's marker row is found by, within one run; the table has room for 250 signs. */
export function markOf(command: DatabaseCommand): string {
  const mark = wordsOf(command)
  return mark.length <= 220
    ? mark
    : `${mark.slice(0, 180)} ${createHash('sha256').update(mark).digest('hex').slice(0, 32)}`
}

function wordsOf(command: DatabaseCommand): string {
  if (isRestore(command)) return restoreMark(command)
  if (isFlashback(command)) return flashbackMark(command)
  switch (command.kind) {
    case 'database.copy':
      return 'copy'
    case 'database.mark':
      return 'mark'
    case 'database.archive':
      return `archive ${command.table}`
    case 'database.statement':
      return `${command.direction} ${command.migration} ${command.index} of ${command.of}`
    case 'database.program':
      return programMark(command)
    case 'database.fence':
      return 'fence'
    case 'database.unfence':
      return 'unfence'
    case 'database.end':
      return `end ${command.sessions.map(({ id }) => id).join(' ')}`
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
