import { keyTable } from '../keys/table.ts'
import { clean } from '../text/clean.ts'
import { rowWidth } from '../text/fit.ts'
import { row, span, type Row, type Span } from '../text/row.ts'
import { cells, cut } from '../text/width.ts'
import type { Theme, Tone } from '../theme.ts'
import { panelNames, type PanelName } from '../view/view.ts'

export type Box = {
  readonly title: string
  readonly rows: readonly Row[]
  /** Keys go to it, where there are several. */
  readonly focused?: boolean
  /** The row that is pointed at, counted in what is seen. */
  readonly cursor?: number | null
  /** At the right of the upper border, where there is room. */
  readonly tabs?: string
}

/** Rows in a border, exactly so wide and high: cut where too long, filled where too short. */
export function boxed(box: Box, theme: Theme, width: number, height: number): readonly Row[] {
  const { border } = theme
  const inner = Math.max(0, width - 4)
  const bottom = row(border.bottomLeft + border.bottom.repeat(Math.max(0, width - 2)) + border.bottomRight)
  const body = Array.from({ length: Math.max(0, height - 2) }, (_, index) => [
    span(border.left),
    span(index === box.cursor ? theme.glyphs.pointer : ' ', 'title'),
    ...sized(box.rows[index] ?? [], theme, inner),
    span(` ${border.right}`),
  ])
  return [upper(box, theme, width), ...body, bottom]
}

/** Whether keys go to it is told by its upper border alone: over a slow link that is one line, and not all of them. */
function upper({ title, tabs = '', focused }: Box, theme: Theme, width: number): Row {
  const { border, glyphs } = theme
  const line: Tone = focused === true ? 'accent' : 'plain'
  const pointer = focused === true ? `${glyphs.pointer} ` : ''
  const head = ` ${cut(pointer + clean(title, theme.ascii), Math.max(0, width - 6))} `
  const room = width - 2 - cells(head)
  const right = tabs !== '' && cells(tabs) + 4 <= room ? ` ${tabs} ` : ''
  return row(
    span(border.topLeft, line),
    span(head, 'title'),
    span(border.top.repeat(Math.max(0, room - cells(right) - (right === '' ? 0 : 1))), line),
    span(right, 'quiet'),
    span((right === '' ? '' : border.top) + border.topRight, line),
  )
}

/** Which rows are seen, for a title; nothing where all are. */
export function rowsSeen({ rows }: Pick<Box, 'rows'>, top: number, page: number): readonly string[] {
  return rows.length <= page ? [] : [`${top + 1}-${Math.min(rows.length, top + page)} of ${rows.length}`]
}

/** The panels that are one key away, where only one is seen; the one that is seen in brackets. */
export function tabsOf(panel: PanelName, theme: Theme): string {
  return panelNames
    .map(name => (name === panel ? `[${name}]` : [...keyOf(name), name].join(' ')))
    .map(text => clean(text, theme.ascii))
    .join('  ')
}

/** The phases have a key each: none is this panel's own. */
function keyOf(panel: PanelName): readonly string[] {
  return panel === 'phase' ? [] : (keyTable.find(({ id }) => id === panel)?.keys ?? [])
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
