import xterm from '@xterm/headless'
import type { Row } from '../../../src/ui/text/row.ts'
import { textOf } from '../../../src/ui/text/row.ts'

/** What a terminal makes of rows written one below the other: its lines, and which of them it had to wrap. */
export async function inTerminal(
  rows: readonly Row[],
  columns: number,
): Promise<{ readonly lines: readonly string[]; readonly wrapped: number; readonly cursorAt: number }> {
  const terminal = new xterm.Terminal({ cols: columns, rows: rows.length + 1, allowProposedApi: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  terminal.write(rows.map(textOf).join('\r\n'), resolve)
  await promise
  const buffer = terminal.buffer.active
  const all = Array.from({ length: rows.length + 1 }, (_, index) => buffer.getLine(index))
  const seen = {
    lines: all.slice(0, rows.length).map(line => line?.translateToString(false) ?? ''),
    wrapped: all.filter(line => line?.isWrapped === true).length,
    cursorAt: buffer.cursorY,
  }
  terminal.dispose()
  return seen
}

/** Faults in the frame of the boxes, each as a sentence: none is what is wanted. */
export function boxFaults(lines: readonly string[], ascii: boolean): readonly string[] {
  const body = lines.slice(2)
  const corner = ascii ? '+' : '┌'
  if (!body[0]?.startsWith(corner)) return ['the body does not begin with a box']
  const side = ascii ? /^[|+]/ : /^[│┌└]/
  const end = ascii ? /[|+]$/ : /[│┐┘]$/
  const last = body.findLastIndex(line => (ascii ? line.startsWith('+') : line.startsWith('└')))
  return body
    .slice(0, last + 1)
    .flatMap((line, index) => (side.test(line) && end.test(line) ? [] : [`row ${index + 2} has lost a side: ${line}`]))
}
