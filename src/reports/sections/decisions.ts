import { choices, type EventKind, type Line } from '../../state/event.ts'
import { lineText } from '../../state/lines.ts'
import type { Plan } from '../../state/plan.ts'
import type { RunState } from '../../state/run-state.ts'
import { asked, facts, row, table, type Block, type Section } from '../block.ts'

/** What was chosen, by whom and why, and everything a person decided on the way. */
export function decisions(state: RunState, lines: readonly Line[]): Section {
  const rows = lines.flatMap(line => {
    const said = byPerson.has(line.event.kind) ? lineText(line) : null
    return said === null ? [] : [row([line.ts, line.actor.name, said.text], said.tone)]
  })
  return {
    title: 'Decision record',
    blocks: [
      decision(state),
      table(['at', 'who', 'decided'], rows, 'Nothing was decided yet.'),
      ...(state.decision?.objections ? [] : [asked('Were objections asked for, and were there any')]),
    ],
  }
}

const byPerson: ReadonlySet<EventKind> = new Set<EventKind>([
  'decision.made',
  'plan.signed',
  'plan.approved',
  'plan.revised',
  'plan.withdrawn',
  'step.retried',
  'step.skipped',
  'sessions.named',
  'held',
  'resumed',
  'validation.accepted',
  'item.signed',
  'close.asked',
])

function decision({ decision: made, plan }: RunState): Block {
  if (made === null) return { kind: 'text', text: 'Not decided yet.' }
  const noReturn = plan?.plan.steps.find(({ id }) => id === plan.plan.pointOfNoReturn)
  const rest = choices.filter(choice => choice !== made.choice)
  return facts(
    ['Chosen', made.choice],
    ['Because', made.reason],
    ['Decided', `by ${made.by} at ${made.at}`],
    ['Objections', made.objections ?? ''],
    ['Not chosen', rest.join(', ')],
    ['Another way was to be taken at', made.turnBackAt ?? ''],
    ['Data the plan takes away', plan === null ? '' : lossWords(plan.plan)],
    ['No simple way back after', plan === null ? '' : (noReturn?.title ?? 'every step can be undone')],
  )
}

function lossWords({ atRisk }: Plan): string {
  const words = (archived: boolean): string =>
    atRisk
      .filter(risk => risk.archived === archived && risk.rows > 0)
      .map(
        ({ database, table, column, rows }) =>
          `${rows} rows of ${database} ${table}${column === null ? '' : `.${column}`}`,
      )
      .join(', ')
  const [kept, lost] = [words(true), words(false)]
  const safe = kept === '' ? 'none' : `none: ${kept} are archived first`
  return lost === '' ? safe : `${lost}${kept === '' ? '' : `; ${kept} are archived first`}`
}
