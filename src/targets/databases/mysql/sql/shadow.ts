import { aliases, mariaDb } from './dialect.ts'
import { blank, type Mark } from './marks.ts'
import { tokens, type Token } from './tokens.ts'

/**
 * A statement as the grammar can read it, character for character as long as the original, so that a place in one is the
 * same place in the other: without comments, without what strings and names hold, and without what is MariaDB's alone.
 */
export type Shadow = {
  readonly text: string
  /** Where IF EXISTS and IF NOT EXISTS stood. */
  readonly conditions: readonly number[]
  /** What was left out and changes more than how it is done, in words. */
  readonly besides: readonly string[]
}

export function shadowOf(statement: string): Shadow | null {
  const all = [...tokens(statement)].filter(({ kind }) => kind !== 'open' && kind !== 'close')
  const marks: Mark[] = all.map(token => ({ ...token, shadow: plain(token), word: wordOf(token), depth: 0 }))
  let depth = 0
  for (const mark of marks) {
    if (mark.text === ')') depth -= 1
    mark.depth = depth
    if (mark.text === '(') depth += 1
  }
  aliases(marks)
  shortenValues(marks)
  const { conditions, besides } = mariaDb(marks)
  if (marks.length > longest) return null
  let text = ''
  for (const { at, shadow } of marks) text += ' '.repeat(at - text.length) + shadow
  return { text, conditions, besides }
}

/** Reading takes about a second for so many. */
const longest = 50_000

function plain({ kind, text }: Token): string {
  if (kind === 'name' && text.length > 2) return `\`${'x'.repeat(text.length - 2)}\``
  // A digit fits every kind of literal, x'00' and DATE'...' too.
  if (kind === 'string' && text.length > 1) return `'${'0'.repeat(text.length - 2)}'`
  return text
}

function wordOf({ kind, text }: Token): string {
  return kind === 'word' ? text.toUpperCase() : ''
}

/** One row of an INSERT says as much as a million. */
function shortenValues(marks: readonly Mark[]): void {
  if (marks[0]?.word !== 'INSERT' && marks[0]?.word !== 'REPLACE') return
  const values = marks.findIndex(({ word, depth }) => depth === 0 && (word === 'VALUES' || word === 'VALUE'))
  if (values < 0) return
  const close = (from: number): number =>
    marks.findIndex(({ text, depth }, index) => index > from && depth === 0 && text === ')')
  let end = close(values)
  while (end > 0 && marks[end + 1]?.text === ',' && marks[end + 2]?.text === '(') {
    const next = close(end + 1)
    if (next < 0) return
    blank(...marks.slice(end + 1, next + 1))
    end = next
  }
}
