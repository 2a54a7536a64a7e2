import type { ConsoleState } from '../../state/store.ts'
import { nextUpdateAt } from '../../state/outbox.ts'
import { blank, paragraph, row, span, type Row } from '../text/row.ts'
import { timeOfDay } from '../../state/times.ts'
import { between, clock } from '../text/time.ts'
import { column } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { stepMark } from './marks.ts'
import { listed, text, type Block, type Panel } from './panel.ts'

/** What was said to whom, newest first, and when the next word is due. */
export const messagesPanel: Panel = (state, theme, width) => {
  const ids = Object.keys(state.run.messages).toReversed()
  const channels = Object.keys(state.run.run?.manifest.notify ?? {})
  if (ids.length === 0) {
    const says = channels.length === 0 ? 'no channel is declared' : `nothing sent yet; channels: ${channels.join(', ')}`
    return { title: 'Messages', rows: paragraph(says, width) }
  }
  return {
    title: `Messages   ${ids.length}`,
    ...listed([text(due(state)), ...ids.map(id => block(state, id, theme, width))]),
  }
}

function due({ run, now }: ConsoleState): readonly Row[] {
  const next = run.closed === null ? nextUpdateAt(run) : null
  if (next === null) return []
  const left = between(now, next)
  return [row(left > 0 ? `next word due in ${clock(left)}` : span('the next word is due', 'warn')), blank]
}

function block({ run }: ConsoleState, id: string, theme: Theme, width: number): Block {
  const message = run.messages[id]
  const step = run.steps[`message.${id}`]
  const { glyph, word, tone } = stepMark(step?.status ?? 'waiting', theme)
  const why = step?.status === 'failed' || step?.status === 'unknown' ? (step.fault?.what ?? step.says ?? '') : ''
  const head = row(
    `${timeOfDay(message?.at ?? '')} `,
    span(`${glyph} ${column(word, 8)} `, tone),
    `${message?.command.channel ?? id} (${message?.audience ?? ''}): ${message?.command.subject ?? ''}`,
  )
  return {
    id,
    rows: [head, ...(why === '' ? [] : paragraph(why, width, 'warn', '    '))],
    opens: { kind: 'message', id },
  }
}
