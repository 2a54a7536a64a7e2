import { scheduleOf, type Slot } from '../../state/schedule.ts'
import { planSteps } from '../../state/steps.ts'
import type { ConsoleState } from '../../state/store.ts'
import { blank, heading, row, span, type Row } from '../text/row.ts'
import { spanText } from '../../state/times.ts'
import { column, columnRight } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { stepMark } from './marks.ts'
import { listed, text, type Block, type Panel } from './panel.ts'
import { count } from './plan-words.ts'

/** Which step waits for which: waves from the top, each step under the one it waits for longest; the longest path is marked all the way. */
export const flowPanel: Panel = (state, theme, width) => {
  const slots = scheduleOf(planSteps(state.run))
  if (slots.length === 0) return { title: 'Flow', rows: [row('No plan yet.')] }
  const waves = Math.max(...slots.map(({ wave }) => wave)) + 1
  const endMs = Math.max(...slots.map(({ toMs }) => toMs))
  const { glyphs } = theme
  const legend = row(span(`${glyphs.longest} `, 'accent'), `the path that takes longest, about ${spanText(endMs)}`)
  const blocks = Array.from({ length: waves }, (_, wave) => waveBlocks(wave, slots, state, theme, width))
  return {
    title: `Flow   ${count(slots.length, 'step')} in ${count(waves, 'wave')}`,
    ...listed([text([legend, blank]), ...blocks.flat()]),
  }
}

function waveBlocks(
  wave: number,
  slots: readonly Slot[],
  state: ConsoleState,
  theme: Theme,
  width: number,
): readonly Block[] {
  const here = slots.filter(slot => slot.wave === wave)
  const from = Math.min(...here.map(({ fromMs }) => fromMs))
  return [
    text([
      heading(
        `Wave ${wave + 1}, from ${spanText(from)}${here.length === 1 ? '' : `: ${here.length} beside each other`}`,
      ),
    ]),
    ...here.map(slot => ({
      id: slot.step.id,
      rows: stepRows(slot, slots, state, theme, width),
      opens: { kind: 'step', id: slot.step.id } as const,
    })),
  ]
}

function stepRows(
  slot: Slot,
  slots: readonly Slot[],
  state: ConsoleState,
  theme: Theme,
  width: number,
): readonly Row[] {
  const { step, critical } = slot
  const { glyph, word, tone } = stepMark(state.run.steps[step.id]?.status ?? 'waiting', theme)
  const path = span(critical ? `${theme.glyphs.longest} ` : '  ', 'accent')
  const head = [
    path,
    span(`${glyph} ${column(word, 8)} `, tone),
    span(`${columnRight(spanText(step.estimateMs), 6)} `),
    span(column(step.title, Math.max(10, width - 21)), critical ? 'title' : 'plain'),
  ]
  const needs = waitsFor(slot, slots)
  return needs === '' ? [head] : [head, row(path, span(column(`  after ${needs}`, width - 2), 'quiet'))]
}

/** By name what it waits for; of many, those that end last. */
function waitsFor({ step }: Slot, slots: readonly Slot[]): string {
  const needed = slots.filter(other => step.needs.includes(other.step.id)).toSorted((a, b) => b.toMs - a.toMs)
  const named = needed.slice(0, 3).map(other => other.step.title)
  return `${named.join('; ')}${needed.length > 3 ? `; and ${needed.length - 3} more` : ''}`
}
