import { writesToDatabase } from './database-command.ts'
import type { AtRisk } from './plan.ts'
import type { RunState } from './run-state.ts'
import { restoredOf, restoredText } from './restored.ts'
import { planSteps } from './steps.ts'
import { takenBackBy } from './taken-back.ts'

/** What became of the data, said plainly: lost, kept aside, or untouched. Judged by the steps that ran, not by the plan. */
export function dataSentence(state: RunState): string {
  const conflicts = conflictsText(state)
  if (!wroteToDatabases(state)) return `Data: none lost; no statement was run in any database.${conflicts}`
  const restored = restoredOf(state).map(one => `${restoredText(one)}.`)
  const told = [...restored, ...takenBackText(state)]
  if (told.length > 0) return `Data: ${[...told, statementsText(state)].join(' ').trim()}${conflicts}`
  return `Data: ${statementsText(state)}${conflicts}`
}

/** Of rows that were taken back, or written again by an undo. */
function takenBackText(state: RunState): readonly string[] {
  return takenBackBy(state).map(({ direction, rows, tables, database }) => {
    const what = direction === 'back' ? 'taken back' : 'written again'
    return `${rows} changes of rows of ${tables.join(', ')} of ${database} were ${what}.`
  })
}

/** Of what statements reversed. */
function statementsText(state: RunState): string {
  const risks = state.plan?.plan.atRisk ?? []
  const lost = risks.filter(({ archived }) => !archived)
  const kept = risks.filter(({ archived }) => archived)
  const also = kept.length === 0 ? '' : `${rowsText(kept)} are kept in an archive`
  if (lost.length > 0) return `${rowsText(lost)} LOST${also === '' ? '' : `; ${also}`}.`
  const isRestore = restoredOf(state).length > 0 || takenBackText(state).length > 0
  return isRestore && also === '' ? '' : `none lost${also === '' ? '' : `; ${also}`}.`
}

/** Did a statement reach a database, for all we know? One begun and not settled counts. */
export function wroteToDatabases(state: RunState): boolean {
  return planSteps(state).some(
    ({ id, command }) =>
      writesToDatabase(command) && !['waiting', 'skipped'].includes(state.steps[id]?.status ?? 'waiting'),
  )
}

function rowsText(risks: readonly AtRisk[]): string {
  return risks
    .map(({ table, column, rows }) => `${rows} rows of ${table}${column === null ? '' : `.${column}`}`)
    .join(', ')
}

function conflictsText({ conflicts }: RunState): string {
  if (conflicts.length === 0) return ''
  const values = conflicts.length === 1 ? '1 archived value' : `${conflicts.length} archived values`
  return ` ${values} could not be put back, because the rows have changed since; the incident document lists what is missing.`
}
