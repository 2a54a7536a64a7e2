import { plain } from '../../state/text.ts'

/** Text as it may be drawn on one line: no control sequences, no newline; in ASCII where the terminal has only that. */
export function clean(text: string, ascii: boolean): string {
  const line = plain(text).replaceAll('\n', ' ').replaceAll('\ufe0f', '')
  return ascii ? line.replaceAll(/[^\x20-\x7e]/gu, inAscii) : line
}

const known: Readonly<Record<string, string>> = {
  '…': '~',
  '→': '>',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  '✓': '+',
  '✗': 'x',
}

function inAscii(character: string): string {
  return known[character] ?? '?'
}
