import type { ConsoleState } from '../../../state/store.ts'
import { part, row, span, verbatim } from '../../text/row.ts'
import { timeOfDay } from '../../../state/times.ts'
import type { Theme } from '../../theme.ts'
import { stepMark } from '../marks.ts'
import type { Content } from '../panel.ts'
import { factRows } from './facts.ts'

/** A message as it was queued, and what became of it. */
export function messageDetail(id: string, { run }: ConsoleState, theme: Theme, width: number): Content {
  const message = run.messages[id]
  if (message === undefined) return { title: `Message ${id}`, rows: [row('There is no such message.')] }
  const step = run.steps[`message.${id}`]
  const { glyph, word, tone } = stepMark(step?.status ?? 'waiting', theme)
  const { command, audience, at } = message
  return {
    title: `Message to ${command.channel}`,
    rows: [
      row(span(`${glyph} ${word}`, tone)),
      ...factRows(
        [
          ['channel', command.channel],
          ['audience', audience],
          ['moment', command.moment],
          ['queued', timeOfDay(at)],
          ['delivery id', command.delivery],
          ['attempts', step === undefined ? null : String(step.attempt)],
          ['says', step?.says],
          ['failed', step?.fault?.what, 'bad'],
          ['next', step?.fault?.next, 'accent'],
        ],
        width,
      ),
      ...part(
        command.subject,
        command.text.split('\n').flatMap(line => verbatim(line, width, 'plain', '  ')),
      ),
    ],
  }
}
