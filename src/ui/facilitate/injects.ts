import { handsOpen } from '../../state/drill/hands.ts'
import { injectsSeen, type InjectSeen, type InjectStatus } from '../../state/drill/inject-seen.ts'
import type { ConsoleState } from '../../state/store.ts'
import { timeOfDay } from '../../state/times.ts'
import type { Mark } from '../panels/marks.ts'
import { listed, type Block, type Panel } from '../panels/panel.ts'
import { rowWidth } from '../text/fit.ts'
import { paragraph, row, span } from '../text/row.ts'
import { cells } from '../text/width.ts'
import type { Theme } from '../theme.ts'

/** What is put at targets and said, each with how it stands; then what people clean up by hand. */
export const injectsBox: Panel = (state, theme, width) => {
  const injects = injectsSeen(state.run, state.now)
  const there = injects.filter(({ status }) => status === 'there' || status === 'in doubt').length
  return {
    title: `Injects   ${there === 0 ? 'nothing is hurt now' : `${there} at work`}`,
    ...listed([...injects.map(inject => injectBlock(inject, theme, width)), ...handBlocks(state, theme, width)]),
  }
}

function injectBlock({ id, what, status, says }: InjectSeen, theme: Theme, width: number): Block {
  const { glyph, word, tone } = markOf(status, theme)
  const head = row(span(`${glyph} ${word.padEnd(19)}`, tone), span(` ${id}`, 'title'))
  const isShort = rowWidth(head) + 2 + cells(says) <= width
  return {
    id: `inject ${id}`,
    rows: [
      isShort ? [...head, span(says === '' ? '' : `  ${says}`)] : head,
      ...(isShort ? [] : paragraph(says, width, 'plain', '  ')),
      ...paragraph(what, width, 'quiet', '  '),
    ],
  }
}

function handBlocks({ run }: ConsoleState, { glyphs }: Theme, width: number): readonly Block[] {
  const open = handsOpen(run).map(text => ({ text, id: `hand ${text}`, done: null }))
  const done = (run.drill?.byHand ?? []).map(({ text, by, at }) => ({
    text,
    id: `hand ${text}`,
    done: `by ${by} at ${timeOfDay(at)}`,
  }))
  return [...open, ...done].map(({ text, id, done: by }) => ({
    id,
    rows: [
      by === null
        ? row(span(`${glyphs.ahead} ${'by hand, open'.padEnd(19)}`))
        : row(span(`${glyphs.done} ${'done by hand'.padEnd(19)}`, 'good'), ` ${by}`),
      ...paragraph(text, width, 'quiet', '  '),
    ],
  }))
}

function markOf(status: InjectStatus, { glyphs }: Theme): Mark {
  const marks: Readonly<Record<InjectStatus, Omit<Mark, 'word'>>> = {
    'to come': { glyph: glyphs.ahead, tone: 'plain' },
    'held back': { glyph: glyphs.skipped, tone: 'warn' },
    'being put there': { glyph: glyphs.running, tone: 'accent' },
    there: { glyph: glyphs.now, tone: 'bad' },
    'in doubt': { glyph: glyphs.unknown, tone: 'warn' },
    failed: { glyph: glyphs.bad, tone: 'bad' },
    'being taken back': { glyph: glyphs.running, tone: 'accent' },
    'taken back': { glyph: glyphs.done, tone: 'good' },
    'not taken back': { glyph: glyphs.bad, tone: 'bad' },
    said: { glyph: glyphs.done, tone: 'good' },
    'waits for an answer': { glyph: glyphs.warn, tone: 'warn' },
    answered: { glyph: glyphs.done, tone: 'good' },
  }
  return { ...marks[status], word: status }
}
