import { gateOf } from '../../state/gates.ts'
import type { Ask } from '../../state/intent.ts'
import type { RunState } from '../../state/run-state.ts'
import type { PhaseNumber } from '../../state/phases.ts'
import type { DialogKind } from '../dialogs/dialog.ts'
import { openDialog } from '../dialogs/table.ts'
import type { Key } from '../input/keys-of.ts'
import { otherConfiguration, otherReplay, otherWay } from '../key-asks.ts'
import { keyRowOf, offReason, type KeyId } from '../keys.ts'
import { gateOfAsk } from './ask.ts'
import { pasteInDialog, pressInDialog } from './press-dialog.ts'
import { inFront } from './overtaken.ts'
import { primaryOf } from './primary.ts'
import { only, type PanelName, type Pressed, type View, type World } from './view.ts'

/** One key: what is looked at after it, and what is to be done. Pure, so that keys joined in one packet count in turn. */
export function press(view: View, key: Key, world: World): Pressed {
  if (key === 'ctrl+l') return { view, effects: [{ kind: 'redraw' }] }
  if (view.dialog !== null) return pressInDialog(view, view.dialog, key, world)
  const row = keyRowOf(key)
  if (row === null) return only({ ...view, notice: null })
  const off = offReason(row, world.state)
  if (off !== null) return only({ ...view, notice: off })
  return handlers[row.id]({ ...view, notice: null }, key, world)
}

/** A pasted text is never taken for keys. */
export function paste(view: View, text: string, world: World): Pressed {
  return view.dialog === null ? only(view) : only(pasteInDialog(view, view.dialog, text, world))
}

type Handler = (view: View, key: Key, world: World) => Pressed

const handlers: Readonly<Record<KeyId, Handler>> = {
  act: (view, _, world) => {
    const next = primaryOf(world.state.run)
    if (next === null) return only({ ...view, notice: nothingWaits(world) })
    return opens(next.dialog, next.about)(view, '', world)
  },
  message: opens('message'),
  'again to': opens('send again'),
  hold: opens('hold'),
  resume: opens('resume'),
  undo: opens('undo'),
  sign: opens('sign'),
  lessons: opens('lessons'),
  proposals: opens('proposals'),
  note: opens('note'),
  helm: opens('helm'),
  stop: opens('stop'),
  leave: (view, key, world) =>
    world.state.run.closed === null ? opens('leave')(view, key, world) : { view, effects: [{ kind: 'leave' }] },
  again: (view, _, { state }) => {
    const ask =
      state.run.plan?.approved == null ? ({ kind: 'plan again' } as const) : ({ kind: 'check again' } as const)
    return { view, effects: [{ kind: 'send', ask, gate: gateOfAsk(ask, gateOf(state.run)?.id ?? null) }] }
  },
  configuration: plansAgain(otherConfiguration),
  restore: plansAgain(otherWay),
  rehearse: plansAgain(() => ({ kind: 'rehearse' })),
  replay: plansAgain(otherReplay),
  diff: (view, _, { state }) =>
    only(state.run.plan === null ? { ...view, notice: 'There is no plan yet.' } : over(view, 'diff')),
  help: view => only(over(view, 'help')),
  phase: (view, key) =>
    only({ ...view, phase: Number(key) as PhaseNumber, panel: 'phase', overlay: null, scroll: null }),
  services: shows('services'),
  database: shows('database'),
  checks: shows('checks'),
  log: shows('log'),
  panel: (view, key) =>
    only({ ...view, panel: neighbour(view.panel, key === 'tab' ? 1 : -1), overlay: null, scroll: null }),
  back: view => only(back(view)),
  up: (view, _, world) => only(scrollTo(view, world, world.top - 1)),
  down: (view, _, world) => only(scrollTo(view, world, world.top + 1)),
  'page up': (view, _, world) => only(scrollTo(view, world, world.top - world.page)),
  'page down': (view, _, world) => only(scrollTo(view, world, world.top + world.page)),
  top: (view, _, world) => only(scrollTo(view, world, 0)),
  bottom: (view, _, world) => only(scrollTo(view, world, world.max)),
  redraw: view => ({ view, effects: [{ kind: 'redraw' }] }),
}

function plansAgain(ask: (run: RunState) => Ask): Handler {
  return (view, _, { state: { run } }) => {
    const asked = ask(run)
    return { view, effects: [{ kind: 'send', ask: asked, gate: gateOfAsk(asked, gateOf(run)?.id ?? null) }] }
  }
}

function opens(kind: DialogKind, about: string | null = null): Handler {
  return (view, _, { state, clockMs }) => only({ ...view, dialog: openDialog(kind, about, state, clockMs) })
}

const panels: readonly PanelName[] = ['phase', 'services', 'database', 'checks', 'log']

/** The same key again goes back to the phase. */
function shows(panel: PanelName): Handler {
  return view => only({ ...view, panel: view.panel === panel ? 'phase' : panel, overlay: null, scroll: null })
}

function neighbour(panel: PanelName, by: number): PanelName {
  return panels[(panels.indexOf(panel) + by + panels.length) % panels.length] ?? 'phase'
}

function over(view: View, overlay: 'help' | 'diff'): View {
  return { ...view, overlay: view.overlay === overlay ? null : overlay, scroll: null }
}

/** One thing at a time: the overlay, the panel, the place in it, the phase looked at. */
function back(view: View): View {
  if (view.overlay !== null) return { ...view, overlay: null, scroll: null }
  if (view.panel !== 'phase') return { ...view, panel: 'phase', scroll: null }
  return view.scroll === null ? { ...view, phase: null } : { ...view, scroll: null }
}

function scrollTo(view: View, { max, state }: World, row: number): View {
  return { ...view, scroll: Math.max(0, Math.min(max, row)), scrolledIn: inFront(view, state) }
}

function nothingWaits({ state }: World): string {
  return state.run.closed === null
    ? 'Nothing waits for you now: the run is at work.'
    : 'The run is closed. Leave with q.'
}
