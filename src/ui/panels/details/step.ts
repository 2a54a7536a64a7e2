import { describe } from '../../../state/command.ts'
import { estimateText } from '../../../state/estimate-text.ts'
import type { Step } from '../../../state/plan.ts'
import type { StepState } from '../../../state/run-state.ts'
import { planSteps } from '../../../state/steps.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { paragraph, part, row, span, type Row } from '../../text/row.ts'
import { timeOfDay } from '../../../state/times.ts'
import { between, clock } from '../../text/time.ts'
import type { Theme } from '../../theme.ts'
import { stepMark } from '../marks.ts'
import type { Content } from '../panel.ts'
import { dataRows, factRows } from './facts.ts'

/** A step: what it does and must leave, what it waits for, how it went, what it left as evidence, and how it is undone. */
export function stepDetail(id: string, state: ConsoleState, theme: Theme, width: number): Content {
  const step = planSteps(state.run).find(one => one.id === id)
  const now = state.run.steps[id]
  if (step === undefined) return { title: `Step ${id}`, rows: [row('It is not in the plan any more.')] }
  return {
    title: `Step ${id}`,
    rows: [
      ...paragraph(step.title, width, 'title'),
      ...standing(now, state, theme),
      ...factRows(about(step), width),
      ...part('How it went', went(now, width)),
      ...part('Command', dataRows(step.command, width, '  ')),
      ...part('Waits for', needs(step, state, theme, width)),
      ...part('What was looked at', now?.observed == null ? [] : dataRows(now.observed, width, '  ')),
      ...part('Output', output(now, state, width)),
    ],
  }
}

function standing(now: StepState | undefined, state: ConsoleState, theme: Theme): readonly Row[] {
  const { glyph, word, tone } = stepMark(now?.status ?? 'waiting', theme)
  const took = now?.begunAt == null ? '' : `  ${clock(between(now.begunAt, now.settledAt ?? state.now))}`
  const again = (now?.attempt ?? 0) > 1 ? `, attempt ${now?.attempt}` : ''
  return [row(span(`${glyph} ${word}`, tone), `${took}${again}`)]
}

function about(step: Step): Parameters<typeof factRows>[0] {
  return [
    ['risk', step.risk, step.risk === 'destructive' ? 'bad' : step.risk === 'disruptive' ? 'warn' : 'plain'],
    ['leaves', step.leaves],
    ['takes', estimateText(step)],
    ['deadline', `${clock(step.deadlineMs)}; then it is looked at, and not taken for failed`],
    ['repeated', repeats[step.repeat]],
    ['undone by', step.undo === null ? 'nothing: no simple way back' : describe(step.undo)],
  ]
}

const repeats: Readonly<Record<Step['repeat'], string>> = {
  'by state': 'by what is seen: looked at first, done only where it is not so',
  'by key': 'at will: the receiver counts it once',
  never: 'never by itself: in doubt, a person is asked',
}

function went(now: StepState | undefined, width: number): readonly Row[] {
  if (now === undefined) return []
  return factRows(
    [
      ['begun', now.begunAt === null ? null : timeOfDay(now.begunAt)],
      ['settled', now.settledAt === null ? null : timeOfDay(now.settledAt)],
      ['says', now.says],
      ['failed', now.fault?.what, 'bad'],
      ['in its words', now.fault?.detail],
      ['means', now.fault?.means],
      ['next', now.fault?.next, 'accent'],
      ['in doubt', now.unknown?.why, 'warn'],
      ['looking found', now.unknown?.probe],
      ['skipped by', now.skipped === null ? null : `${now.skipped.by}: ${now.skipped.reason}`, 'warn'],
    ],
    width,
  )
}

function needs(step: Step, state: ConsoleState, theme: Theme, width: number): readonly Row[] {
  const byId = new Map(planSteps(state.run).map(one => [one.id, one]))
  return step.needs.flatMap(id => {
    const { glyph, word, tone } = stepMark(state.run.steps[id]?.status ?? 'waiting', theme)
    return paragraph(`${glyph} ${word} ${byId.get(id)?.title ?? id}`, width, tone, '  ')
  })
}

function output(now: StepState | undefined, state: ConsoleState, width: number): readonly Row[] {
  if (now?.output == null) return []
  const { path, bytes, sha256 } = now.output
  const seen = state.outputs[path]
  const tail = seen === undefined ? [] : seen.split('\n').flatMap(line => paragraph(line, width, 'plain', '  '))
  return [
    ...factRows(
      [
        ['file', path],
        ['size', `${bytes} bytes`],
        ['sha256', sha256],
      ],
      width,
    ),
    ...tail,
  ]
}
