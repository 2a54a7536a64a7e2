import type { ConsoleState } from '../../state/store.ts'
import { logRows } from '../panels/log.ts'
import type { Content } from '../panels/panel.ts'
import { panelContent } from '../panels/table.ts'
import { paragraph, type Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'
import { frontContent, placeOf } from '../view/front.ts'
import { withGuide } from '../view/guided.ts'
import { nowhere, shownAt } from '../view/place.ts'
import type { View } from '../view/view.ts'
import { beside as sideBySide, boxed, rowsSeen, sized, tabsOf, type Box } from './boxed.ts'
import { commandRows } from './commands.ts'
import { dialogRows } from './dialog-rows.ts'
import { besideRow, footerRow, promptRow } from './footer.ts'
import { badge, headerRow, stepperRow } from './header.ts'
import { layoutOf, shared, smallest, type BoxName, type Column, type Layout, type Size } from './layout.ts'

/** The whole screen: exactly `rows` rows of exactly `columns` cells. `front`: what keys go to; `page`: how many rows of it are seen. */
export type Frame = { readonly rows: readonly Row[]; readonly front: Content; readonly page: number }

export function composeFrame(given: View, state: ConsoleState, theme: Theme, size: Size): Frame {
  const view = withGuide(given, state)
  if (size.columns < smallest.columns || size.rows < smallest.rows) return tooSmall(theme, size, state)
  const layout = layoutOf(size, view.zoomed && view.dialog === null)
  const scene = { view, state, theme, layout }
  const drawn = layout.columns.map(column => columnOf(column, scene))
  const front = drawn.find(column => column.front !== null)?.front ?? nothing
  const beside = besideRow(state, theme)
  // A line of the log gives way; where there is none, the prompt does.
  const below = beside === null ? layout.log : Math.max(0, layout.log - 1)
  const log = logRows(state, below)
  const lines = [
    headerRow(state, theme, size.columns),
    stepperRow(state, theme, size.columns),
    ...drawn.map(({ rows }) => rows).reduce(sideBySide),
    ...log,
    ...Array.from({ length: below - log.length }, (): Row => []),
    ...(beside === null || layout.log === 0 ? [] : [beside]),
    layout.log === 0 && beside !== null ? beside : promptRow(view, state, theme, size.columns),
    footerRow(view, state, size.columns),
  ]
  return { ...front, rows: lines.map(line => sized(line, theme, size.columns)) }
}

type Scene = { readonly view: View; readonly state: ConsoleState; readonly theme: Theme; readonly layout: Layout }
type Front = Omit<Frame, 'rows'>
type Drawn = { readonly rows: readonly Row[]; readonly front: Front | null }

const nothing: Front = { front: { title: '', rows: [] }, page: 1 }

function columnOf({ width, boxes }: Column, scene: Scene): Drawn {
  const filled = boxes.map(name => filledBox(name, width - 4, scene))
  const heights = shared(
    filled.map(({ content }) => content.rows.length + 2),
    scene.layout.height,
  )
  const drawn = filled.map((one, index) => drawnBox(one, width, heights[index] ?? 3, scene))
  return {
    rows: drawn.flatMap(({ rows }) => rows),
    front: drawn.find(one => one.front !== null)?.front ?? null,
  }
}

type Filled = { readonly content: Content; readonly name: BoxName; readonly inFront: boolean }

/** A box in focus shows what keys go to; the main one shows everything that has no box of its own. */
function filledBox(name: BoxName, width: number, { view, state, theme, layout }: Scene): Filled {
  const inFront = name === frontBox(view, layout)
  if (inFront) return { content: frontContent(view, state, theme, width), name, inFront }
  return { content: panelContent(name === 'main' ? 'phase' : name, view.phase, state, theme, width), name, inFront }
}

function frontBox(view: View, { columns }: Layout): BoxName {
  if (view.over.length > 0 || view.dialog !== null || view.line?.kind === 'command') return 'main'
  const own = columns.flatMap(({ boxes }) => boxes).find(name => name === view.panel)
  return own ?? 'main'
}

function drawnBox(filled: Filled, width: number, height: number, scene: Scene): Drawn {
  const page = height - 2
  const cover = filled.name === 'main' ? coverOf(width - 4, page, scene) : null
  return {
    rows: boxed(cover ?? panelBox(filled, page, scene), scene.theme, width, height),
    front: filled.inFront ? { front: filled.content, page } : null,
  }
}

/** What stands in the main box in the place of a panel: a dialog, or the commands while one is typed. */
function coverOf(width: number, height: number, { view, state, theme }: Scene): Box | null {
  if (view.dialog !== null)
    return { title: view.dialog.title, rows: dialogRows(view.dialog, state, theme, width, height), focused: true }
  if (view.line?.kind === 'command')
    return { title: 'Commands', rows: commandRows(view, state, theme, width, height), focused: true }
  return null
}

function panelBox({ content, inFront }: Filled, page: number, { view, state, theme, layout }: Scene): Box {
  const place = inFront ? placeOf(view, state) : nowhere
  const { top, cursor } = shownAt(content, place, page)
  const several = layout.columns.length > 1
  const says = [...(place.filter === '' ? [] : [`/${place.filter}`]), ...rowsSeen(content, top, page)]
  return {
    title: [content.title, ...says].join('   '),
    rows: content.rows.slice(top, top + page),
    tabs: several || view.over.length > 0 ? '' : tabsOf(view.panel, theme),
    focused: several && inFront,
    cursor: cursor === null ? null : cursor - top,
  }
}

export function tooSmall(theme: Theme, { columns, rows }: Size, state: ConsoleState): Frame {
  const needs = `It has ${columns}x${rows}; ${smallest.columns}x${smallest.rows} are needed.`
  const says = [
    badge(state),
    ...paragraph('This terminal is too small.', columns, 'title'),
    ...paragraph(needs, columns),
    ...paragraph('The run goes on. q leaves, and it still goes on.', columns),
  ]
  const filled = Array.from({ length: rows }, (_, index) => sized(says[index] ?? [], theme, columns))
  return { ...nothing, rows: filled }
}
