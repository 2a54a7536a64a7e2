import type { ConsoleState } from '../../state/store.ts'
import { beside, boxed, rowsSeen, sized } from '../frame/boxed.ts'
import { tooSmall } from '../frame/compose.ts'
import { badge } from '../frame/header.ts'
import { mainOfTwo, smallest, twoColumns, type Size } from '../frame/layout.ts'
import { databasePanel } from '../panels/database.ts'
import type { Content } from '../panels/panel.ts'
import { servicesPanel } from '../panels/services.ts'
import { fit } from '../text/fit.ts'
import { row, span, type Row } from '../text/row.ts'
import { timeOfDay } from '../../state/times.ts'
import type { Theme } from '../theme.ts'
import { healthKeys, type HealthView } from './view.ts'

/** `max`: the last row of the box in front that can be its first; `page`: how many rows of it are seen. */
export type HealthFrame = { readonly rows: readonly Row[]; readonly max: number; readonly page: number }

/** An environment's live health while no run is open in it. `says`: what there is to know of a run elsewhere. */
export function healthFrame(
  view: HealthView,
  state: ConsoleState,
  says: string,
  theme: Theme,
  size: Size,
): HealthFrame {
  const { columns, rows } = size
  if (columns < smallest.columns || rows < smallest.rows) return { ...tooSmall(theme, size, state), max: 0 }
  const height = rows - 3
  const wide = columns >= twoColumns
  const left = wide ? mainOfTwo(columns) : columns
  const contents = {
    services: (width: number) => servicesPanel(state, theme, width - 4),
    databases: (width: number) => databasePanel(state, theme, width - 4),
  }
  const front = box(contents[view.front](left), theme, left, height, view.scroll)
  const other = view.front === 'services' ? contents.databases : contents.services
  const side = columns - left
  const body = wide ? beside(front.rows, box(other(side), theme, side, height, 0).rows) : front.rows
  const lines = [
    header(state, columns),
    ...body,
    row(span(`${theme.glyphs.pointer} ${says}`, 'title')),
    footer(columns),
  ]
  return { ...front, rows: lines.map(line => sized(line, theme, columns)) }
}

function header(state: ConsoleState, width: number): Row {
  return fit(
    [
      { rank: 0, row: badge(state) },
      { rank: 0, row: row(span(state.run.run?.environment ?? '', 'title')) },
      { rank: 1, row: row(span('no run is open', 'title')) },
      { rank: 2, row: row(`${timeOfDay(state.now)} UTC`) },
    ],
    width,
    2,
  )
}

function footer(width: number): Row {
  const parts = healthKeys.map(({ name, label }, index) => ({ rank: index, row: row(span(name, 'key'), ` ${label}`) }))
  return fit(parts, width, 2)
}

function box(content: Content, theme: Theme, width: number, height: number, scroll: number): HealthFrame {
  const page = height - 2
  const max = Math.max(0, content.rows.length - page)
  const top = Math.min(max, scroll)
  const title = [content.title, ...rowsSeen(content, top, page)].join('   ')
  return { rows: boxed({ title, rows: content.rows.slice(top, top + page) }, theme, width, height), max, page }
}
