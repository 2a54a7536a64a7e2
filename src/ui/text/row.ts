import { plain } from '../../state/text.ts'
import type { Tone } from '../theme.ts'
import { cells, cut } from './width.ts'

/** A run of text in one tone. */
export type Span = { readonly text: string; readonly tone?: Tone; readonly spins?: boolean }
/** One line of the screen. What is too long is cut, never wrapped. */
export type Row = readonly Span[]

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone }
}

export function row(...spans: readonly (Span | string)[]): Row {
  return spans.map(part => (typeof part === 'string' ? span(part) : part))
}

export const blank: Row = []

export function textOf(row: Row): string {
  return row.map(({ text }) => text).join('')
}

export function heading(text: string): Row {
  return [span(text, 'title')]
}

/** A long text as several rows, the later ones indented like the first. */
export function paragraph(text: string, width: number, tone: Tone = 'plain', indent = ''): readonly Row[] {
  return wrapText(text, Math.max(10, width - indent.length)).map(line => [span(indent + line, tone)])
}

/** Several, one under the other. */
export function paragraphs(
  texts: readonly string[],
  width: number,
  tone: Tone = 'plain',
  indent = '  ',
): readonly Row[] {
  return texts.flatMap(text => paragraph(text, width, tone, indent))
}

/** Rows under a heading, a blank one before it; nothing where there are none. */
export function part(title: string, rows: readonly Row[]): readonly Row[] {
  return rows.length === 0 ? [] : [blank, heading(title), ...rows]
}

/** A text as it is, its spaces included; what is too long goes on in the next row. */
export function verbatim(text: string, width: number, tone: Tone = 'plain', indent = ''): readonly Row[] {
  return pieces(plain(text), Math.max(10, width - indent.length)).map(line => [span(indent + line, tone)])
}

/** Words filled into lines of at most `width` cells; a longer word is broken. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of plain(text)
    .split(/\s+/)
    .flatMap(word => pieces(word, width))) {
    if (line === '') line = word
    else if (cells(line) + 1 + cells(word) <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

function pieces(word: string, width: number): readonly string[] {
  const out: string[] = []
  let rest = word
  while (cells(rest) > width) {
    const head = cut(rest, width)
    if (head === '') break
    out.push(head)
    rest = rest.slice(head.length)
  }
  return [...out, rest]
}
