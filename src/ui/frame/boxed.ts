import { clean } from '../text/clean.ts'
import { rowWidth } from '../text/fit.ts'
import { row, span, type Row, type Span } from '../text/row.ts'
import { cells, cut } from '../text/width.ts'
import type { Theme } from '../theme.ts'

/** Rows in a border, exactly so wide and high: cut where too long, filled where too short. */
export function boxed(
  title: string,
  rows: readonly Row[],
  theme: Theme,
  width: number,
  height: number,
): readonly Row[] {
  const { border } = theme
  const inner = Math.max(0, width - 4)
  const head = ` ${cut(clean(title, theme.ascii), Math.max(0, width - 6))} `
  const top = row(
    border.topLeft,
    span(head, 'title'),
    border.top.repeat(Math.max(0, width - 2 - cells(head))) + border.topRight,
  )
  const bottom = row(border.bottomLeft + border.bottom.repeat(Math.max(0, width - 2)) + border.bottomRight)
  const body = Array.from({ length: Math.max(0, height - 2) }, (_, index) => [
    span(`${border.left} `),
    ...sized(rows[index] ?? [], theme, inner),
    span(` ${border.right}`),
  ])
  return [top, ...body, bottom]
}

/** One row as exactly `width` cells of clean text. */
export function sized(whole: Row, theme: Theme, width: number): Row {
  const out: Span[] = []
  let left = width
  for (const part of whole) {
    if (left <= 0) break
    const text = clean(part.text, theme.ascii)
    const kept = cells(text) <= left ? text : `${cut(text, Math.max(0, left - 1))}${theme.glyphs.more}`
    out.push({ ...part, text: kept })
    left -= cells(kept)
  }
  const missing = width - rowWidth(out)
  return missing > 0 ? [...out, span(' '.repeat(missing))] : out
}

export function beside(left: readonly Row[], right: readonly Row[]): readonly Row[] {
  return left.map((line, index) => [...line, ...(right[index] ?? [])])
}

/** The part of the rows that is shown: from `top`, or so that the row in focus is in sight. */
export function windowOf(
  rows: readonly Row[],
  height: number,
  scroll: number | null,
  focus: number,
): { readonly shown: readonly Row[]; readonly top: number; readonly max: number } {
  const max = Math.max(0, rows.length - height)
  const wanted = scroll ?? focus - Math.floor(height / 2)
  const top = Math.max(0, Math.min(max, wanted))
  return { shown: rows.slice(top, top + height), top, max }
}
