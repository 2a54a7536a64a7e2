import type { PanelName } from '../view/view.ts'

export type Size = { readonly columns: number; readonly rows: number }

/** `main`: the phase, or whatever of the rest has no box of its own and is looked at. */
export type BoxName = 'main' | Exclude<PanelName, 'phase' | 'log'>

export type Column = { readonly width: number; readonly boxes: readonly BoxName[] }

/** The body's columns from the left, each with its boxes from the top, and how many rows of the log stand below. */
export type Layout = { readonly columns: readonly Column[]; readonly height: number; readonly log: number }

export const smallest: Size = { columns: 60, rows: 15 }

/** From so many columns on, two boxes stand beside each other. */
export const twoColumns = 110

/** What the main one of two has. */
export function mainOfTwo(columns: number): number {
  return Math.floor(columns * 0.58)
}

/** Header, stepper, prompt and footer. */
const bars = 4

export function layoutOf({ columns, rows }: Size, zoomed: boolean): Layout {
  const log = zoomed ? 0 : rows >= 50 ? 8 : rows >= 36 ? 6 : rows >= 20 ? 3 : 1
  const height = rows - log - bars
  if (zoomed || columns < twoColumns) return { columns: [{ width: columns, boxes: ['main'] }], height, log }
  if (columns < 170) {
    const main = mainOfTwo(columns)
    const side: readonly BoxName[] =
      rows >= 40 ? ['services', 'database', 'checks', 'messages'] : ['services', 'database', 'checks']
    return { columns: [column(main, ['main']), column(columns - main, side)], height, log }
  }
  const main = Math.floor(columns * 0.46)
  const second = Math.floor((columns - main) / 2)
  return {
    columns: [
      column(main, ['main']),
      column(second, ['services', 'database']),
      column(columns - main - second, ['checks', 'messages']),
    ],
    height,
    log,
  }
}

const least = 3

/**
 * Rows for each of several boxes: what it wants where there is room for all; else none gets more than a level at which all of it is
 * used. What is left over goes to the last.
 */
export function shared(wants: readonly number[], height: number): readonly number[] {
  let level = height
  const at = (top: number): number => wants.reduce((sum, want) => sum + Math.max(least, Math.min(want, top)), 0)
  while (level > least && at(level) > height) level -= 1
  const given = wants.map(want => Math.max(least, Math.min(want, level)))
  let left = height - given.reduce((sum, rows) => sum + rows, 0)
  return given.map((rows, index) => {
    const wanting = index === given.length - 1 || (wants[index] ?? 0) > rows
    const more = wanting ? (index === given.length - 1 ? left : Math.min(left, (wants[index] ?? 0) - rows)) : 0
    left -= more
    return rows + more
  })
}

function column(width: number, boxes: readonly BoxName[]): Column {
  return { width, boxes }
}
