import type { ConsoleState } from '../../state/store.ts'
import { logRows } from '../panels/log.ts'
import type { Content } from '../panels/panel.ts'
import { panelContent } from '../panels/table.ts'
import { row, span, type Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'
import { frontContent, placeOf } from '../view/front.ts'
import { nowhere, shownAt } from '../view/place.ts'
import type { View } from '../view/view.ts'
import { beside, boxed, sized, tabsOf } from './boxed.ts'
import { commandRows } from './commands.ts'
import { dialogRows } from './dialog-rows.ts'
import { footerRow, promptRow } from './footer.ts'
import { headerRow, stepperRow } from './header.ts'
import { layoutOf, shared, smallest, type BoxName, type Column, type Layout, type Size } from './layout.ts'

/** The whole screen: exactly `rows` rows of exactly `columns` cells. `front`: what keys go to; `page`: how many rows of it are seen. */
export type Frame = { readonly rows: readonly Row[]; readonly front: Content; readonly page: number }

export function composeFrame(view: View, state: ConsoleState, theme: Theme, size: Size): Frame {
  if (size.columns < smallest.columns || size.rows < smallest.rows) return tooSmall(theme, size)
  const layout = layoutOf(size, view.zoomed && view.dialog === null)
  const drawn = layout.columns.map(column => columnOf(column, view, state, theme, layout))
  const front = drawn.find(column => column.front !== null)?.front ?? nothing
  const log = logRows(state, layout.log)
  const lines = [
    headerRow(state, theme, size.columns),
    stepperRow(state, theme, size.columns),
    ...drawn.map(({ rows }) => rows).reduce(beside),
    ...log,
    ...Array.from({ length: layout.log - log.length }, (): Row => []),
    promptRow(view, state, theme, size.columns),
    footerRow(view, state, size.columns),
  ]
  return { ...front, rows: lines.map(line => sized(line, theme, size.columns)) }
}

type Front = Omit<Frame, 'rows'>
type Drawn = { readonly rows: readonly Row[]; readonly front: Front | null }

const nothing: Front = { front: { title: '', rows: [] }, page: 1 }

function columnOf({ width, boxes }: Column, view: View, state: ConsoleState, theme: Theme, layout: Layout): Drawn {
  const contents = boxes.map(name => contentOf(name, view, state, theme, width - 4, layout))
  const heights = shared(
    contents.map(({ content }) => content.rows.length + 2),
    layout.height,
  )
  const drawn = contents.map((one, index) => box(one, view, state, theme, width, heights[index] ?? 3, layout))
  return {
    rows: drawn.flatMap(({ rows }) => rows),
    front: drawn.find(one => one.front !== null)?.front ?? null,
  }
}

type Filled = { readonly content: Content; readonly name: BoxName; readonly inFront: boolean }

/** A box in focus shows what keys go to; the main one shows everything that has no box of its own. */
function contentOf(
  name: BoxName,
  view: View,
  state: ConsoleState,
  theme: Theme,
  width: number,
  layout: Layout,
): Filled {
  const inFront = name === frontBox(view, layout)
  if (inFront) return { content: frontContent(view, state, theme, width), name, inFront }
  return { content: panelContent(name === 'main' ? 'phase' : name, view.phase, state, theme, width), name, inFront }
}

function frontBox(view: View, { columns }: Layout): BoxName {
  if (view.over.length > 0 || view.dialog !== null || view.line?.kind === 'command') return 'main'
  const own = columns.flatMap(({ boxes }) => boxes).find(name => name === view.panel)
  return own ?? 'main'
}

function box(
  { content, name, inFront }: Filled,
  view: View,
  state: ConsoleState,
  theme: Theme,
  width: number,
  height: number,
  layout: Layout,
): Drawn {
  const inner = { width: width - 4, height: height - 2 }
  if (name === 'main' && view.dialog !== null) {
    const rows = dialogRows(view.dialog, state, theme, inner.width, inner.height)
    return {
      rows: boxed({ title: view.dialog.title, rows, focused: true }, theme, width, height),
      front: { front: content, page: inner.height },
    }
  }
  if (name === 'main' && view.line?.kind === 'command') {
    const rows = commandRows(view, state, theme, inner.width, inner.height)
    return {
      rows: boxed({ title: 'Commands', rows, focused: true }, theme, width, height),
      front: { front: content, page: inner.height },
    }
  }
  const place = inFront ? placeOf(view, state) : null
  const { top, max, cursor } = shownAt(content, place ?? nowhere, inner.height)
  const rows = content.rows.slice(top, top + inner.height)
  const several = layout.columns.length > 1
  const says = [
    ...(place === null || place.filter === '' ? [] : [`/${place.filter}`]),
    ...(max === 0 ? [] : [`${top + 1}-${Math.min(content.rows.length, top + inner.height)} of ${content.rows.length}`]),
  ]
  const title = [content.title, ...says].join('   ')
  const tabs = several || view.over.length > 0 ? '' : tabsOf(view.panel, theme)
  return {
    rows: boxed(
      { title, rows, tabs, focused: several && inFront, cursor: cursor === null ? null : cursor - top },
      theme,
      width,
      height,
    ),
    front: inFront ? { front: content, page: inner.height } : null,
  }
}

export function tooSmall(theme: Theme, { columns, rows }: Size): Frame {
  const says = [
    row(span('This terminal is too small.', 'title')),
    row(`It has ${columns}x${rows}; ${smallest.columns}x${smallest.rows} are needed.`),
    row('The run goes on. q leaves, and it still goes on.'),
  ]
  const filled = Array.from({ length: rows }, (_, index) => sized(says[index] ?? [], theme, columns))
  return { ...nothing, rows: filled }
}
