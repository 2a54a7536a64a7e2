import type { ConsoleState } from '../../state/store.ts'
import type { Key } from '../input/keys-of.ts'
import { textOf } from '../text/row.ts'
import { themeNames } from '../theme.ts'
import { frontKey, placed, placeOf } from './front.ts'
import { at, nowhere, pointedAt, shownAt, stepped } from './place.ts'
import { only, panelNames, type Overlay, type PanelName, type Pressed, type View, type World } from './view.ts'

export type Handler = (view: View, key: Key, world: World) => Pressed

/** The same key again goes back to the phase. */
export function shows(panel: PanelName): Handler {
  return view => only({ ...view, panel: view.panel === panel && view.over.length === 0 ? 'phase' : panel, over: [] })
}

export function neighbour(panel: PanelName, by: number): PanelName {
  return panelNames[(panelNames.indexOf(panel) + by + panelNames.length) % panelNames.length] ?? 'phase'
}

/** Over everything else; the same again takes it away. */
export function over(view: View, overlay: Overlay): View {
  const same = view.over.at(-1)?.kind === overlay.kind
  return {
    ...view,
    over: same ? view.over.slice(0, -1) : [...view.over.filter(({ kind }) => kind !== overlay.kind), overlay],
  }
}

export const inspected: Handler = (view, _, { state, front }) => {
  const spot = pointedAt(front, placeOf(view, state))
  if (spot === null) return only({ ...view, notice: 'Point at a row first, with up and down.' })
  if (spot.opens === undefined) return only({ ...view, notice: 'There is no more to know of this row.' })
  return only({ ...view, over: [...view.over, spot.opens] })
}

/** What is pointed at, else all of the text in front. */
export const copied: Handler = (view, _, { state, front }) => {
  const spot = pointedAt(front, placeOf(view, state))
  const rows = spot === null ? front.rows : front.rows.slice(spot.at, spot.at + spot.rows)
  const text = rows.map(row => textOf(row).trimEnd()).join('\n')
  return { view, effects: [{ kind: 'copy', text }] }
}

export const zoomed: Handler = view => only({ ...view, zoomed: !view.zoomed })

/** How this console draws: the word after the command says which way. */
export const themed: Handler = (view, given) => {
  const theme = themeNames.find(name => name === given)
  return only(theme === undefined ? view : { ...view, look: { ...view.look, theme } })
}

export function switched(of: 'slowLink' | 'animation'): Handler {
  return (view, given) => only({ ...view, look: { ...view.look, [of]: given === 'on' } })
}

/** One thing at a time: what lies over, the filter, what is pointed at and the place, the panel, the zoom, the phase looked at. */
export function backOnce(view: View, state: ConsoleState): View {
  const place = placeOf(view, state)
  if (view.over.length > 0) {
    // What was over is read from its beginning when it comes again.
    const { [frontKey(view, state)]: _, ...places } = view.places
    return { ...view, over: view.over.slice(0, -1), places }
  }
  if (place.filter !== '') return placed(view, state, { ...place, filter: '' })
  if (place.cursor !== null || place.top !== null || place.anchors.length > 0) return placed(view, state, nowhere)
  if (view.panel !== 'phase') return { ...view, panel: 'phase' }
  return view.zoomed ? { ...view, zoomed: false } : { ...view, phase: null }
}

export function moved(by: 1 | -1): Handler {
  return (view, _, { state, front, page }) => only(placed(view, state, stepped(front, placeOf(view, state), page, by)))
}

export function turned(by: 1 | -1): Handler {
  return (view, _, { state, front, page }) => {
    const place = placeOf(view, state)
    return only(placed(view, state, at(front, place, shownAt(front, place, page).top + by * page, page)))
  }
}

export function toEnd(row: number): Handler {
  return (view, _, { state, front, page }) => {
    const there = at(front, placeOf(view, state), row, page)
    const top = there.top ?? 0
    const seen = front.spots?.filter(spot => spot.at >= top && spot.at < top + page) ?? []
    return only(placed(view, state, { ...there, cursor: (row === 0 ? seen[0] : seen.at(-1))?.id ?? null }))
  }
}
