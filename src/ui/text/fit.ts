import type { Row } from './row.ts'
import { cells } from './width.ts'

/** A part of a one-line bar. The part with the highest `rank` goes first when there is no room. */
export type Part = { readonly row: Row; readonly rank: number }

/** The parts that fit beside each other, in their order. */
export function fit(parts: readonly Part[], width: number, gap: number): Row {
  let kept = parts.filter(({ row }) => row.length > 0)
  while (kept.length > 1 && widthOf(kept, gap) > width) {
    const worst = Math.max(...kept.map(({ rank }) => rank))
    const last = kept.findLastIndex(({ rank }) => rank === worst)
    kept = kept.filter((_, index) => index !== last)
  }
  return kept.flatMap(({ row }, index) => (index === 0 ? row : [{ text: ' '.repeat(gap) }, ...row]))
}

export function rowWidth(row: Row): number {
  return row.reduce((sum, { text }) => sum + cells(text), 0)
}

function widthOf(parts: readonly Part[], gap: number): number {
  return parts.reduce((sum, { row }) => sum + rowWidth(row), gap * (parts.length - 1))
}
