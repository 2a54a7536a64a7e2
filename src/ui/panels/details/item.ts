import { checklist } from '../../../state/checklist.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { paragraph, part, row, span } from '../../text/row.ts'
import type { Theme } from '../../theme.ts'
import { itemMark } from '../marks.ts'
import type { Content } from '../panel.ts'
import { factRows } from './facts.ts'

/** A point of the checklist with its whole evidence, and who signed it off. */
export function itemDetail(id: string, { run }: ConsoleState, theme: Theme, width: number): Content {
  const item = checklist(run).find(one => one.id === id)
  if (item === undefined) return { title: 'Checklist', rows: [row('There is no such point.')] }
  const { glyph, word, tone } = itemMark(item.state, theme)
  const signed = run.signed[id]
  return {
    title: item.title,
    rows: [
      row(span(`${glyph} ${word}`, tone)),
      ...part(
        'Evidence',
        item.evidence.split('; ').flatMap(text => paragraph(text, width, 'plain', '  ')),
      ),
      ...part(
        'Signed off',
        signed === undefined
          ? []
          : factRows(
              [
                ['by', `${signed.by}, ${signed.at}`],
                ['because', signed.reason],
              ],
              width,
            ),
      ),
    ],
  }
}
