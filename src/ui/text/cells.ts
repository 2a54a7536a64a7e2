import { isNarrow } from './narrow.ts'

/** `style`: codes of SGR, in their order; none of a blank where none shows on one. */
export type Cell = { readonly sign: string; readonly style: string }

const parts = new RegExp(String.raw`\x1b\[([\d;]*)m|[^\x1b]+`, 'gu')

/** A line of signs that are one cell each, and of styles. Null: something else is in it. */
export function cellsOf(line: string): readonly Cell[] | null {
  const cells: Cell[] = []
  let style: readonly number[] = []
  let read = 0
  for (const { 0: part, 1: codes, index } of line.matchAll(parts)) {
    if (index !== read) return null
    read = index + part.length
    if (codes !== undefined) {
      const changed = styleAfter(style, codes)
      if (changed === null) return null
      style = changed
      continue
    }
    if (!isNarrow(part)) return null
    const seen = style.join(';')
    const seenOfBlank = showsOnBlank(seen) ? seen : ''
    for (const sign of part) cells.push({ sign, style: sign === ' ' ? seenOfBlank : seen })
  }
  return read === line.length ? cells : null
}

const foreground = (code: number): boolean => (code >= 30 && code <= 37) || (code >= 90 && code <= 97)
const background = (code: number): boolean => (code >= 40 && code <= 47) || (code >= 100 && code <= 107)

/** What a code that ends something ends. */
const ends: Readonly<Record<number, (code: number) => boolean>> = {
  0: () => true,
  22: code => code === 1 || code === 2,
  23: code => code === 3,
  24: code => code === 4,
  27: code => code === 7,
  29: code => code === 9,
  39: foreground,
  49: background,
}

/** Bold, dim, italic, underlined, inverse, struck out. */
const flags: ReadonlySet<number> = new Set([1, 2, 3, 4, 7, 9])

function styleAfter(style: readonly number[], codes: string): readonly number[] | null {
  let now = style
  for (const code of codes.split(';').map(Number)) {
    const ended = ends[code]
    if (ended !== undefined) now = now.filter(one => !ended(one))
    else if (foreground(code)) now = sorted([...now.filter(one => !foreground(one)), code])
    else if (background(code)) now = sorted([...now.filter(one => !background(one)), code])
    else if (flags.has(code)) now = now.includes(code) ? now : sorted([...now, code])
    else return null
  }
  return now
}

function sorted(codes: readonly number[]): readonly number[] {
  return codes.toSorted((a, b) => a - b)
}

/** Is a blank in this style another one than a blank in none? */
export function showsOnBlank(style: string): boolean {
  return style !== '' && style.split(';').some(code => onBlank(Number(code)))
}

function onBlank(code: number): boolean {
  return code === 4 || code === 7 || code === 9 || background(code)
}
