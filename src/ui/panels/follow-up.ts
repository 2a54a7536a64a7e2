import { isCalledOff } from '../../state/review.ts'
import { checklist, isDone } from '../../state/checklist.ts'
import { whenText } from '../../state/times.ts'
import type { ConsoleState } from '../../state/store.ts'
import { blank, heading, paragraph, row, span, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { itemMark, stepMark } from './marks.ts'
import { proposalRows } from './proposals.ts'
import { listed, text, type Block, type Panel } from './panel.ts'

/** Phase 6: the eight points, those that are open with all of their evidence; messages, lessons, and how the run ended. */
export const followUpPanel: Panel = (state, theme, width) => {
  const items = checklist(state.run)
  const titles = Math.max(...items.map(({ title }) => title.length))
  const done = items.filter(isDone).length
  return {
    title: `Checklist   ${done} of ${items.length}`,
    ...listed([
      text(ended(state, width)),
      ...items.map((item): Block => {
        const { id, title, evidence } = item
        const { glyph, word, tone } = itemMark(item.state, theme)
        const rows = [
          row(
            span(`${glyph} ${word.padEnd(6)} `, tone),
            span(column(title, titles), 'title'),
            isDone(item) ? ` ${evidence}` : '',
          ),
          ...(isDone(item) ? [] : paragraph(evidence, width, 'plain', '           ')),
        ]
        return { id, rows, opens: { kind: 'item', id } }
      }),
      ...messages(state, theme, width),
      text(lessons(state, width)),
      text(proposalRows(state, width)),
    ]),
  }
}

function ended({ run }: ConsoleState, width: number): readonly Row[] {
  if (run.closed !== null) {
    const { outcome, why } = run.closed
    return [
      ...paragraph(`The run is closed: ${outcome}. ${why}`, width, outcome === 'reached' ? 'good' : 'warn'),
      blank,
    ]
  }
  return run.closing === null ? [] : [row(span('Closing: giving back what the run holds.', 'accent')), blank]
}

function messages({ run }: ConsoleState, theme: Theme, width: number): readonly Block[] {
  const blocks = Object.entries(run.messages).map(([id, { command, audience }]): Block => {
    const step = run.steps[`message.${id}`]
    const { glyph, word, tone } = stepMark(step?.status ?? 'waiting', theme)
    const inDoubt = `It may have arrived: look for ${command.delivery} there, before it is sent again with M.`
    const why = step?.status === 'unknown' ? inDoubt : (step?.fault?.what ?? '')
    const rows = [
      row(span(`${glyph} ${word.padEnd(8)} `, tone), `${command.channel} (${audience}): ${command.subject}`),
      ...(why === '' ? [] : paragraph(why, width, 'plain', '           ')),
    ]
    return { id: `message ${id}`, rows, opens: { kind: 'message', id } }
  })
  return blocks.length === 0 ? [] : [text([blank, heading('Messages')]), ...blocks]
}

function lessons({ run }: ConsoleState, width: number): readonly Row[] {
  if (run.lessons === null) return []
  const { lessons: said, owner, reviewAt } = run.lessons
  const booked = isCalledOff(run) ? 'called off' : `${whenText(reviewAt)} UTC, owner ${owner}`
  return [blank, heading('Post-mortem'), row(booked), ...paragraph(said, width)]
}
