import type { ConsoleState } from '../../state/store.ts'
import { checksPanel } from '../panels/checks.ts'
import { databasePanel } from '../panels/database.ts'
import { logRows } from '../panels/log.ts'
import { mainContent } from '../panels/main.ts'
import type { Content } from '../panels/panel.ts'
import { servicesPanel } from '../panels/services.ts'
import { row, span, type Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'
import type { View } from '../view/view.ts'
import { beside, boxed, sized, windowOf } from './boxed.ts'
import { dialogRows } from './dialog-rows.ts'
import { footerRow, promptRow } from './footer.ts'
import { headerRow, stepperRow } from './header.ts'

export type Size = { readonly columns: number; readonly rows: number }
/** The whole screen: exactly `rows` rows of exactly `columns` cells. `top`, `max`, `page`: of the panel in front. */
export type Frame = { readonly rows: readonly Row[]; readonly top: number; readonly max: number; readonly page: number }

export const smallest: Size = { columns: 60, rows: 15 }
const wideColumns = 110

export function composeFrame(view: View, state: ConsoleState, theme: Theme, size: Size): Frame {
  if (size.columns < smallest.columns || size.rows < smallest.rows) return tooSmall(theme, size)
  const logHeight = size.rows >= 36 ? 6 : size.rows >= 20 ? 3 : 1
  const height = size.rows - logHeight - 4
  const body = bodyOf(view, state, theme, size.columns, height)
  const log = logRows(state, logHeight)
  const lines = [
    headerRow(state, theme, size.columns),
    stepperRow(state, theme, size.columns),
    ...body.rows,
    ...log,
    ...Array.from({ length: logHeight - log.length }, (): Row => []),
    promptRow(view, state, theme),
    footerRow(view, state, size.columns),
  ]
  return { ...body, rows: lines.map(line => sized(line, theme, size.columns)) }
}

function bodyOf(view: View, state: ConsoleState, theme: Theme, columns: number, height: number): Frame {
  const wide = columns >= wideColumns
  const left = wide ? Math.floor(columns * 0.58) : columns
  const front = frontBox(view, state, theme, left, height)
  if (!wide) return front
  return { ...front, rows: beside(front.rows, sideBoxes(state, theme, columns - left, height)) }
}

function frontBox(view: View, state: ConsoleState, theme: Theme, width: number, height: number): Frame {
  const inner = { width: width - 4, height: height - 2 }
  if (view.dialog !== null) {
    const rows = dialogRows(view.dialog, theme, inner.width, inner.height)
    return { rows: boxed(view.dialog.title, rows, theme, width, height), top: 0, max: 0, page: inner.height }
  }
  const content = mainContent(view, state, theme, inner.width)
  const { shown, top, max } = windowOf(content.rows, inner.height, view.scroll, content.focus ?? 0)
  const place =
    max === 0 ? '' : `   ${top + 1}-${Math.min(content.rows.length, top + inner.height)} of ${content.rows.length}`
  return { rows: boxed(`${content.title}${place}`, shown, theme, width, height), top, max, page: inner.height }
}

/** Beside the panel in front: what lives on meanwhile. The database gets few rows, the checks the rest. */
function sideBoxes(state: ConsoleState, theme: Theme, width: number, height: number): readonly Row[] {
  const services = servicesPanel(state, theme, width - 4)
  const database = databasePanel(state, theme, width - 4)
  const checks = checksPanel(state, theme, width - 4)
  const first = Math.min(services.rows.length + 2, Math.floor(height / 2))
  const second = Math.min(database.rows.length + 2, Math.max(4, Math.floor((height - first) / 2)))
  const third = height - first - second
  return [
    ...box(services, theme, width, first),
    ...box(database, theme, width, second),
    ...box(checks, theme, width, third),
  ]
}

function box(content: Content, theme: Theme, width: number, height: number): readonly Row[] {
  const { shown } = windowOf(content.rows, Math.max(0, height - 2), null, content.focus ?? 0)
  return boxed(content.title, shown, theme, width, height)
}

function tooSmall(theme: Theme, { columns, rows }: Size): Frame {
  const says = [
    row(span('This terminal is too small.', 'title')),
    row(`It has ${columns}x${rows}; ${smallest.columns}x${smallest.rows} are needed.`),
    row('The run goes on. q leaves, and it still goes on.'),
  ]
  const filled = Array.from({ length: rows }, (_, index) => sized(says[index] ?? [], theme, columns))
  return { rows: filled, top: 0, max: 0, page: 1 }
}
