import { lineText } from '../../../state/lines.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { paragraph, part, row } from '../../text/row.ts'
import type { Content } from '../panel.ts'
import { dataRows, factRows } from './facts.ts'

/** A line of the journal, whole. */
export function lineDetail(seq: number, { lines }: ConsoleState, width: number): Content {
  const line = lines.find(one => one.seq === seq)
  if (line === undefined) return { title: `Line ${seq}`, rows: [row('It is not among the last lines any more.')] }
  const { ts, actor, event } = line
  return {
    title: `Line ${seq}`,
    rows: [
      ...paragraph(lineText(line)?.text ?? event.kind, width, 'title'),
      ...factRows(
        [
          ['when', ts],
          ['who', `${actor.name}, from ${actor.from}`],
          ['event', event.kind],
        ],
        width,
      ),
      ...part('All of it', dataRows(event, width, '  ')),
    ],
  }
}
