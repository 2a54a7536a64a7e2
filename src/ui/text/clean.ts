import { plain } from '../../state/text.ts'
import { isNarrow } from './narrow.ts'

const onlyAscii = /^[\x20-\x7e]*$/

/** Terminals do not agree whether these take one cell or two, and a border would be shifted. */
const unsure = /\p{Emoji_Presentation}|[\u{1f000}-\u{1faff}]/gu

/** Marks of format that nobody sees, and that some terminals give a cell all the same. */
const unseen = /[\p{Cf}\ufe0f]/gu

/** Text as it may be drawn on one line: no control sequences, no newline, nothing of unsure width; in ASCII where the terminal has only that. */
export function clean(text: string, ascii: boolean): string {
  if (isNarrow(text)) return ascii && !onlyAscii.test(text) ? text.replaceAll(/[^\x20-\x7e]/gu, inAscii) : text
  const line = plain(text).replaceAll('\n', ' ').replaceAll(unseen, '').replaceAll(unsure, '□')
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
