import { isNarrow } from './narrow.ts'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}])/u
const zero = /^[\p{Mark}\p{Cf}]+$/u

export function graphemesOf(text: string): readonly string[] {
  return isNarrow(text) ? [...text] : Array.from(graphemes.segment(text), ({ segment }) => segment)
}

/** Cells the text takes on a terminal. */
export function cells(text: string): number {
  if (isNarrow(text)) return text.length
  return graphemesOf(text).reduce((sum, grapheme) => sum + cellsOf(grapheme), 0)
}

/** As much of the text's beginning as fits. */
export function cut(text: string, width: number): string {
  if (cells(text) <= width) return text
  let used = 0
  let out = ''
  if (isNarrow(text)) return text.slice(0, Math.max(0, width))
  for (const grapheme of graphemesOf(text)) {
    used += cellsOf(grapheme)
    if (used > width) return out
    out += grapheme
  }
  return out
}

/** The text as a column of exactly `width` cells, with a mark where it was cut. */
export function column(text: string, width: number): string {
  if (width <= 0) return ''
  const kept = cells(text) <= width ? text : `${cut(text, width - 1)}…`
  return kept + ' '.repeat(Math.max(0, width - cells(kept)))
}

export function columnRight(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - cells(text))) + cut(text, width)
}

function cellsOf(grapheme: string): number {
  if (zero.test(grapheme)) return 0
  return wide.test(grapheme) ? 2 : 1
}
