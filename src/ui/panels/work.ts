import { describe } from '../../state/command.ts'
import type { PhaseNumber } from '../../state/phases.ts'
import type { Step } from '../../state/plan.ts'
import type { StepState } from '../../state/run-state.ts'
import type { ConsoleState } from '../../state/store.ts'
import { isPast, planSteps } from '../../state/steps.ts'
import { paragraph, row, span, type Row } from '../text/row.ts'
import { between } from '../text/time.ts'
import { spanText } from '../../state/times.ts'
import { column, columnRight } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { stepMark } from './marks.ts'
import { workRows } from './database.ts'
import { progressRows } from './progress.ts'
import { listed, type Block, type Content } from './panel.ts'

/** Phases 3 and 4 interleave, so both show every step in its order; the other phase's recede. */
export function workPanel(state: ConsoleState, theme: Theme, width: number, phase: PhaseNumber): Content {
  const steps = planSteps(state.run)
  if (steps.length === 0) return { title: 'Steps', rows: [row('No plan yet.')] }
  const past = steps.filter(step => isPast(state.run.steps[step.id])).length
  const { rows, spots } = listed(
    steps.map((step): Block => {
      const now = state.run.steps[step.id]
      const rows = [
        line(state, step, now, theme, width, step.phase === phase),
        ...below(now, width),
        ...atWork(state, step, now, theme, width),
      ]
      return { id: step.id, rows, opens: { kind: 'step', id: step.id } }
    }),
  )
  const open = steps.find(({ id }) => !isPast(state.run.steps[id]))?.id
  const approved = state.run.plan?.approved == null ? ', not approved yet' : ''
  return {
    title: `Steps   ${past} of ${steps.length}${approved}`,
    rows,
    spots,
    focus: spots.find(({ id }) => id === open)?.at ?? rows.length,
  }
}

function line(
  state: ConsoleState,
  step: Step,
  now: StepState | undefined,
  theme: Theme,
  width: number,
  here: boolean,
): Row {
  const { glyph, word, tone } = stepMark(now?.status ?? 'waiting', theme)
  const running = now?.status === 'running'
  const end = now?.settledAt ?? state.now
  const took = now?.begunAt == null ? '' : spanText(between(now.begunAt, end))
  const again = (now?.attempt ?? 0) > 1 ? ` (attempt ${now?.attempt})` : ''
  const title = `${step.phase} ${step.title}${again}`
  const quiet = here || running ? 'plain' : 'quiet'
  return [
    span(`${glyph} ${word}`, tone),
    running ? { text: '   ', spins: true, tone } : span('   '),
    span(
      `${' '.repeat(Math.max(0, 8 - word.length))}${column(title, Math.max(10, width - 20))} `,
      running ? 'title' : quiet,
    ),
    span(columnRight(took, 6)),
  ]
}

/** Of a step at work: what it says of itself, else how far it is by its estimate. */
function atWork(
  state: ConsoleState,
  step: Step,
  now: StepState | undefined,
  theme: Theme,
  width: number,
): readonly Row[] {
  if (now?.status !== 'running' || now.begunAt === null) return []
  const said = live(state, step, width)
  return said.length > 0 ? said : progressRows(step, between(now.begunAt, state.now), theme)
}

/** Of a step at work in a database: how far it is, for whom it waits, what is found so far. */
function live(state: ConsoleState, { command, title }: Step, width: number): readonly Row[] {
  if (!('database' in command)) return []
  const works = state.signals[`database:${command.database}`]?.at(-1)?.work ?? []
  const own = works.filter(({ of }) => of === undefined || of === describe(command))
  return own.flatMap(work => workRows(work, width, '    ', title)).slice(0, 6)
}

/** What a person has to know of a step: its fault, why it is in doubt, why it was skipped. */
function below(now: StepState | undefined, width: number): readonly Row[] {
  if (now === undefined) return []
  const indent = '    '
  if (now.fault !== null && now.status !== 'ok' && now.status !== 'already') {
    const { what, detail, means, next } = now.fault
    return [
      ...paragraph(detail === undefined ? what : `${what}: ${detail}`, width, 'bad', indent),
      ...paragraph(means, width, 'plain', indent),
      ...paragraph(next, width, 'accent', indent),
    ]
  }
  if (now.unknown !== null) {
    const looked = now.unknown.probe === null ? 'being looked at' : `looking found: ${now.unknown.probe}`
    return paragraph(`${now.unknown.why}; ${looked}. ${now.says ?? ''}`, width, 'warn', indent)
  }
  if (now.skipped !== null)
    return paragraph(`skipped by ${now.skipped.by}: ${now.skipped.reason}`, width, 'warn', indent)
  return []
}
