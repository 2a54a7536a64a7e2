import type { DrillAsk } from '../../state/drill/play/event.ts'
import type { ConsoleState } from '../../state/store.ts'
import { deafMs } from '../dialogs/dialog.ts'
import { edit, pasted, type Typed } from '../input/edit.ts'
import type { Key } from '../input/keys-of.ts'
import type { Content } from '../panels/panel.ts'
import { refusalNow } from '../view/ask.ts'
import { at, nowhere, pointedAt, shownAt, stepped, type Place } from '../view/place.ts'
import { armedBy } from './arm.ts'
import { keyOf, type ArmingKey, type FacilitateKey } from './keys.ts'

export const frontNames = ['injects', 'scenario', 'runs', 'log', 'keys'] as const
export type FrontName = (typeof frontNames)[number]

/** What `y` would ask for, and how that is said. */
export type Armed = { readonly ask: DrillAsk; readonly says: string; readonly sinceMs: number }

/** What is looked at by whoever leads a drill. */
export type FacilitateView = {
  readonly front: FrontName
  readonly places: Readonly<Partial<Record<FrontName, Place>>>
  readonly armed: Armed | null
  /** An observation, as it is written. */
  readonly typing: Typed | null
  readonly notice: string | null
}

export const firstFacilitateView: FacilitateView = {
  front: 'injects',
  places: {},
  armed: null,
  typing: null,
  notice: null,
}

export type FacilitateWorld = {
  readonly state: ConsoleState
  readonly clockMs: number
  readonly content: Content
  readonly page: number
}

export type FacilitateEffect =
  | { readonly kind: 'send'; readonly ask: DrillAsk }
  | { readonly kind: 'leave' | 'suspend' | 'redraw' }

export type FacilitatePressed = { readonly view: FacilitateView; readonly effect: FacilitateEffect | null }

export function placeIn({ front, places }: FacilitateView): Place {
  return places[front] ?? nowhere
}

/** One key. What is asked of a drill takes two: the one that says what, and `y`. */
export function pressFacilitate(view: FacilitateView, key: Key, world: FacilitateWorld): FacilitatePressed {
  if (key === 'ctrl+z') return { view, effect: { kind: 'suspend' } }
  if (key === 'ctrl+l') return { view, effect: { kind: 'redraw' } }
  if (view.typing !== null) return pressTyping(view, view.typing, key, world)
  if (view.armed !== null) return pressArmed(view, view.armed, key, world)
  const row = keyOf(key)
  return row === null ? only({ ...view, notice: null }) : pressed({ ...view, notice: null }, row.id, key, world)
}

export function pasteFacilitate(view: FacilitateView, text: string): FacilitateView {
  return view.typing === null ? view : { ...view, typing: { ...view.typing, ...pasted(view.typing, text) } }
}

function pressed(view: FacilitateView, id: FacilitateKey, key: Key, world: FacilitateWorld): FacilitatePressed {
  const { content, page } = world
  switch (id) {
    case 'leave':
      return { view, effect: { kind: 'leave' } }
    case 'help':
      return only({ ...view, front: view.front === 'keys' ? 'injects' : 'keys' })
    case 'observe':
      return only({ ...view, typing: { value: '', cursor: 0 } })
    case 'fire':
    case 'hold':
    case 'done':
    case 'halt':
      return arms(view, id, world)
    case 'boxes': {
      const by = key === 'shift+tab' ? -1 : 1
      const next = (frontNames.indexOf(view.front) + by + frontNames.length) % frontNames.length
      return only({ ...view, front: frontNames[next] ?? 'injects' })
    }
    case 'point':
      return only(placed(view, stepped(content, placeIn(view), page, key === 'up' || key === 'k' ? -1 : 1)))
    case 'pages':
      return only(placed(view, turned(view, key, content, page)))
  }
}

function turned(view: FacilitateView, key: Key, content: Content, page: number): Place {
  const place = placeIn(view)
  const { top, max } = shownAt(content, place, page)
  const to = { home: 0, g: 0, end: max, G: max, 'page up': top - page }[key] ?? top + page
  return at(content, place, to, page)
}

function arms(view: FacilitateView, id: ArmingKey, world: FacilitateWorld): FacilitatePressed {
  const spot = view.front === 'injects' ? pointedAt(world.content, placeIn(view)) : null
  const armed = armedBy(id, spot?.id ?? null, world.state)
  if (typeof armed === 'string') return only({ ...view, notice: armed })
  const refusal = refusalNow(world.state, armed.ask, null)
  if (refusal !== null) return only({ ...view, notice: refusal.reason })
  return only({ ...view, armed: { ...armed, sinceMs: world.clockMs } })
}

/** Deaf for a moment, so that nothing typed ahead confirms. */
function pressArmed(view: FacilitateView, armed: Armed, key: Key, { clockMs }: FacilitateWorld): FacilitatePressed {
  if (clockMs - armed.sinceMs < deafMs) return only(view)
  const left = { ...view, armed: null }
  if (key === 'y') return { view: left, effect: { kind: 'send', ask: armed.ask } }
  return only({ ...left, notice: 'Nothing was done: only y does it.' })
}

function pressTyping(view: FacilitateView, typing: Typed, key: Key, { state }: FacilitateWorld): FacilitatePressed {
  if (key === 'esc' || key === 'ctrl+c') return only({ ...view, typing: null, notice: 'Nothing was written down.' })
  if (key !== 'enter') return only({ ...view, typing: { ...typing, ...edit(typing, key) } })
  const ask = { kind: 'observe', text: typing.value } as const
  const refusal = refusalNow(state, ask, null)
  if (refusal !== null) return only({ ...view, notice: refusal.reason })
  return { view: { ...view, typing: null }, effect: { kind: 'send', ask } }
}

function placed(view: FacilitateView, place: Place): FacilitateView {
  return { ...view, places: { ...view.places, [view.front]: place } }
}

function only(view: FacilitateView): FacilitatePressed {
  return { view, effect: null }
}
