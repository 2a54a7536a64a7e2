import { dataSentence } from '../../state/data-sentence.ts'
import { endingSteps } from '../../state/ending-work.ts'
import { leftLines } from '../../state/left-behind.ts'
import type { RunState } from '../../state/run-state.ts'
import { planSteps } from '../../state/steps.ts'
import type { Attempt } from '../../state/attempts.ts'
import { list, row, table, type Section } from '../block.ts'

const conflictsShown = 200

/** Rows at risk, what was kept, what was reversed, what could not be put back. */
export function data(state: RunState, attempts: readonly Attempt[]): Section {
  const plan = state.plan?.plan
  const risks = (plan?.atRisk ?? []).map(({ database, table: name, column, rows, archived }) =>
    row(
      [`${database}.${name}${column === null ? '' : `.${column}`}`, String(rows), archived ? 'archived first' : 'LOST'],
      archived ? 'plain' : 'bad',
    ),
  )
  const migrations = (plan?.migrations ?? []).map(({ database, version, name, direction, statements }) =>
    row([database, direction, `${version} ${name}`, String(statements)]),
  )
  return {
    title: 'Data',
    blocks: [
      { kind: 'text', text: dataSentence(state) },
      ...(state.closing === null ? [] : leftLines(state).map(text => ({ kind: 'text', text }) as const)),
      table(['at risk', 'rows when planned', 'what was planned'], risks, 'No row was at risk.'),
      table(['database', 'way', 'migration', 'statements'], migrations, 'No migration was planned.'),
      ...work(state, attempts),
      ...conflicts(state),
    ],
  }
}

/** What the steps in the databases answered: copies, archives, statements, proofs, and whose sessions were ended. */
function work(state: RunState, attempts: readonly Attempt[]): Section['blocks'] {
  const planned = planSteps(state).flatMap(({ id, title, command }) =>
    command.kind.startsWith('database.') ? [[id, title] as const] : [],
  )
  const endings = endingSteps(state).map(
    ({ id, title }, index) => [id, `${title}, as ${state.endings[index]?.by ?? ''} asked`] as const,
  )
  const titles = new Map([...planned, ...endings])
  const rows = attempts.flatMap(({ step, attempt, endedAt, outcome, says }) => {
    const title = titles.get(step)
    if (title === undefined) return []
    const again = attempt > 1 ? ` (attempt ${attempt})` : ''
    return [row([`${title}${again}`, endedAt ?? '', outcome, says], outcome === 'failed' ? 'bad' : 'plain')]
  })
  return rows.length === 0 ? [] : [table(['step', 'at', 'outcome', 'says'], rows)]
}

function conflicts({ conflicts: found }: RunState): Section['blocks'] {
  if (found.length === 0) return []
  const shown = found
    .slice(0, conflictsShown)
    .map(({ database, conflict }) => `${database}: ${JSON.stringify(conflict)}`)
  const more = found.length > shown.length ? [`and ${found.length - shown.length} more, in the journal`] : []
  return [
    {
      kind: 'text',
      text: `${found.length} archived values could not be put back, because their rows have changed since:`,
    },
    list([...shown, ...more]),
  ]
}
