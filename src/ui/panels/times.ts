import { scheduleOf, type Slot } from '../../state/schedule.ts'
import { planSteps } from '../../state/steps.ts'
import type { ConsoleState } from '../../state/store.ts'
import { blank, row, span, type Row } from '../text/row.ts'
import { spanText } from '../../state/times.ts'
import { between } from '../text/time.ts'
import { column, columnRight } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { stepMark } from './marks.ts'
import { listed, text, type Panel } from './panel.ts'

/** The steps over time: what was estimated as a line, and over it what it took. Where nothing is approved yet, the estimate alone. */
export const timesPanel: Panel = (state, theme, width) => {
  const slots = scheduleOf(planSteps(state.run))
  if (slots.length === 0) return { title: 'Times', rows: [row('No plan yet.')] }
  const began = firstBegun(state)
  const endMs = Math.max(
    1000,
    ...slots.map(({ toMs }) => toMs),
    ...slots.map(slot => tookUntil(state, slot, began) ?? 0),
  )
  const scale: Scale = { cells: Math.max(10, Math.min(width - 40, 100)), endMs }
  const blocks = slots.map(slot => ({
    id: slot.step.id,
    rows: [line(state, slot, began, theme, width, scale)],
    opens: { kind: 'step', id: slot.step.id } as const,
  }))
  const { glyphs } = theme
  const legend = row(
    `${glyphs.bar} took   ${glyphs.plan} estimated   `,
    span(`${glyphs.longest} estimated, on the longest path`, 'accent'),
  )
  return {
    title: `Times   0 to ${spanText(endMs)}`,
    ...listed([text([legend, axis(width, scale), blank]), ...blocks]),
    focus:
      3 +
      Math.max(
        0,
        slots.findIndex(({ step }) => state.run.steps[step.id]?.status === 'running'),
      ),
  }
}

type Scale = { readonly cells: number; readonly endMs: number }

function line(state: ConsoleState, slot: Slot, began: string | null, theme: Theme, width: number, scale: Scale): Row {
  const { step } = slot
  const now = state.run.steps[step.id]
  const { glyph, tone } = stepMark(now?.status ?? 'waiting', theme)
  const took = now?.begunAt == null ? null : between(now.begunAt, now.settledAt ?? state.now)
  const said = took === null ? `(${spanText(step.estimateMs)})` : `${spanText(took)} of ${spanText(step.estimateMs)}`
  const title = column(`${step.phase} ${step.title}`, Math.max(12, width - scale.cells - 19))
  return [
    span(`${glyph} `, tone),
    span(`${title} `),
    ...bar(state, slot, began, theme, scale),
    span(` ${columnRight(said, 14)}`),
  ]
}

/** What it took stands over what was estimated: both begin where they began. */
function bar(state: ConsoleState, slot: Slot, began: string | null, theme: Theme, { cells, endMs }: Scale): Row {
  const { glyphs } = theme
  const at = (ms: number): number => Math.min(cells, Math.max(0, Math.round((ms / endMs) * cells)))
  const planned = [at(slot.fromMs), Math.max(at(slot.fromMs) + 1, at(slot.toMs))] as const
  const now = state.run.steps[slot.step.id]
  const toMs = tookUntil(state, slot, began)
  const from = began === null || now?.begunAt == null ? null : at(between(began, now.begunAt))
  const took = from === null || toMs === null ? null : ([from, Math.max(from + 1, at(toMs))] as const)
  const tone = now === undefined ? 'plain' : stepMark(now.status, theme).tone
  return Array.from({ length: cells }, (_, cell) => {
    if (took !== null && cell >= took[0] && cell < took[1]) return span(glyphs.bar, tone)
    if (cell < planned[0] || cell >= planned[1]) return span(' ')
    return slot.critical ? span(glyphs.longest, 'accent') : span(glyphs.plan, 'quiet')
  }).reduce<Row>(joined, [])
}

function joined(all: Row, next: Row[number]): Row {
  const last = all.at(-1)
  return last?.tone === next.tone && last !== undefined
    ? [...all.slice(0, -1), { ...last, text: last.text + next.text }]
    : [...all, next]
}

function axis(width: number, { cells, endMs }: Scale): Row {
  const marks = [0, 0.25, 0.5, 0.75].map(part => column(spanText(endMs * part), Math.floor(cells / 4)))
  return row(span(`${' '.repeat(Math.max(12, width - cells - 19) + 3)}${marks.join('')}`, 'quiet'))
}

function firstBegun({ run }: ConsoleState): string | null {
  const all = planSteps(run).flatMap(({ id }) => run.steps[id]?.begunAt ?? [])
  return all.sort()[0] ?? null
}

function tookUntil(state: ConsoleState, { step }: Slot, began: string | null): number | null {
  const now = state.run.steps[step.id]
  return began === null || now?.begunAt == null ? null : between(began, now.settledAt ?? state.now)
}
