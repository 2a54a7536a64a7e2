import type { Line } from '../../state/event.ts'
import { lineText } from '../../state/lines.ts'
import type { ConsoleState } from '../../state/store.ts'
import { row, span, type Row } from '../text/row.ts'
import { timeOfDay } from '../../state/times.ts'
import { column } from '../text/width.ts'
import { listed, type Block, type Panel } from './panel.ts'

export const logPanel: Panel = state => {
  const blocks = state.lines.flatMap((line): Block[] => {
    const drawn = logRow(line)
    return drawn === null ? [] : [{ id: String(line.seq), rows: [drawn], opens: { kind: 'line', seq: line.seq } }]
  })
  return { title: 'Log', ...listed(blocks), focus: blocks.length }
}

/** The last `count` lines that have something to say to a person. */
export function logRows({ lines }: Pick<ConsoleState, 'lines'>, count: number): readonly Row[] {
  const rows: Row[] = []
  for (const line of lines.toReversed()) {
    if (rows.length >= count) break
    const drawn = logRow(line)
    if (drawn !== null) rows.push(drawn)
  }
  return rows.reverse()
}

function logRow(line: Line): Row | null {
  const said = lineText(line)
  if (said === null) return null
  return row(`${timeOfDay(line.ts)} ${column(line.actor.name, 7)} `, span(said.text, said.tone))
}
