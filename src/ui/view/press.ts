import { offeredHint } from '../../state/drill/hint.ts'
import { unanswered } from '../../state/drill/said.ts'
import { gateOf } from '../../state/gates.ts'
import type { Ask } from '../../state/intent.ts'
import type { PhaseNumber } from '../../state/phases.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Walk } from '../../state/walk.ts'
import type { DialogKind } from '../dialogs/dialog.ts'
import { openDialog } from '../dialogs/table.ts'
import type { Key } from '../input/keys-of.ts'
import { againAsk, otherConfiguration, otherReplay, otherWay } from '../keys/asks.ts'
import { keyRowOf, offReason } from '../keys/table.ts'
import type { KeyId } from '../keys/row.ts'
import { gateOfAsk } from './ask.ts'
import { asItWasLeft, isOnItsWay } from './drafts.ts'
import { guideLeft, withGuide } from './guided.ts'
import { pasteInDialog, pressInDialog } from './press-dialog.ts'
import { opened, pasteInLine, pressInLine } from './press-line.ts'
import {
  backOnce,
  copied,
  inspected,
  moved,
  neighbour,
  over,
  shows,
  switched,
  themed,
  toEnd,
  turned,
  zoomed,
  type Handler,
} from './press-look.ts'
import { primaryOf } from './primary.ts'
import { only, type Pressed, type View, type World } from './view.ts'

/** One key: what is looked at after it, and what is to be done. Pure, so that keys joined in one packet count in turn. */
export function press(view: View, key: Key, world: World): Pressed {
  const seen = withGuide(view, world.state)
  const { view: after, effects } = pressed(seen, key, world)
  return { view: guideLeft(seen, after, world.state), effects }
}

function pressed(view: View, key: Key, world: World): Pressed {
  const row = keyRowOf(key)
  // Whatever is typed into: the terminal is the same.
  if (row?.id === 'redraw' || row?.id === 'suspend') return handlers[row.id](view, key, world)
  if (view.dialog !== null) return pressInDialog(view, view.dialog, key, world)
  if (view.line !== null)
    return pressInLine(view, view.line, key, world, (closed, { row: chosen, given }) =>
      handlers[chosen.id](closed, given, world),
    )
  if (row === null) return only({ ...view, notice: null })
  const off = offReason(row, world.state)
  if (off !== null) return only({ ...view, notice: off })
  return handlers[row.id]({ ...view, notice: null }, key, world)
}

/** A pasted text is never taken for keys. */
export function paste(view: View, text: string, world: World): Pressed {
  if (view.dialog !== null) return only(pasteInDialog(view, view.dialog, text, world))
  return only(view.line === null ? view : pasteInLine(view, view.line, text, world.state))
}

const handlers: Readonly<Record<KeyId, Handler>> = {
  next: (view, _, world) => {
    if (isOnItsWay(view, world.state)) return only({ ...view, notice: 'That is on its way: the engine takes it up.' })
    const next = primaryOf(world.state.run)
    if (next === null) return only({ ...view, notice: nothingWaits(world) })
    return opens(next.dialog, next.about)(view, '', world)
  },
  message: opens('message'),
  'send again': opens('send again'),
  hold: opens('hold'),
  resume: opens('resume'),
  undo: opens('undo'),
  sign: opens('sign'),
  lessons: opens('lessons'),
  proposals: opens('proposals'),
  note: opens('note'),
  helm: (view, key, world) => opens('helm', world.state.run.helm.asked?.console ?? null)(view, key, world),
  stop: opens('stop'),
  leave: (view, key, world) =>
    world.state.run.closed === null ? opens('leave')(view, key, world) : { view, effects: [{ kind: 'leave' }] },
  answer: (view, key, world) =>
    opens('answer event', unanswered(world.state.drill)[0]?.inject ?? null)(view, key, world),
  hint: (view, key, world) => {
    const offered = offeredHint(world.state.drill, world.state.now)
    return opens('hint', offered === null ? null : String(offered.hint))(view, key, world)
  },
  halt: opens('halt drill'),
  drill: view => only(over(view, { kind: 'drill' })),
  guide: view => only(over(view, { kind: 'guide' })),
  again: asks(againAsk),
  configuration: asks(otherConfiguration),
  target: opens('target'),
  restore: asks(otherWay),
  rehearse: asks(() => ({ kind: 'rehearse' })),
  replay: asks(otherReplay),
  diff: (view, _, { state }) =>
    only(state.run.plan === null ? { ...view, notice: 'There is no plan yet.' } : over(view, { kind: 'diff' })),
  times: view => only(over(view, { kind: 'times' })),
  flow: view => only(over(view, { kind: 'flow' })),
  help: view => only(over(view, { kind: 'help' })),
  phase: (view, key) => only({ ...view, phase: Number(key) as PhaseNumber, panel: 'phase', over: [] }),
  services: shows('services'),
  database: shows('database'),
  checks: shows('checks'),
  messages: shows('messages'),
  log: shows('log'),
  panel: (view, key) => only({ ...view, panel: neighbour(view.panel, key === 'shift+tab' ? -1 : 1), over: [] }),
  inspect: inspected,
  zoom: zoomed,
  filter: (view, _, { state }) => only(opened(view, 'filter', state)),
  commands: (view, _, { state }) => only(opened(view, 'command', state)),
  copy: copied,
  theme: themed,
  'slow link': switched('slowLink'),
  animation: switched('animation'),
  back: backOrPresent,
  'walk back': walks('back'),
  'walk on': walks('on'),
  'phase back': walks('phase back'),
  'phase on': walks('phase on'),
  up: moved(-1),
  down: moved(1),
  'page up': turned(-1),
  'page down': turned(1),
  top: toEnd(0),
  bottom: toEnd(Number.MAX_SAFE_INTEGER),
  redraw: view => ({ view, effects: [{ kind: 'redraw' }] }),
  suspend: view => ({ view, effects: [{ kind: 'suspend' }] }),
}

function asks(ask: (run: RunState) => Ask): Handler {
  return (view, _, { state: { run } }) => {
    const asked = ask(run)
    return { view, effects: [{ kind: 'send', ask: asked, gate: gateOfAsk(asked, gateOf(run)?.id ?? null) }] }
  }
}

function walks(to: Walk): (view: View) => Pressed {
  return view => ({ view, effects: [{ kind: 'walk', to }] })
}

/** Once there is nothing else to go back from, out of the past. */
function backOrPresent(view: View, _: Key, { state }: World): Pressed {
  const back = backOnce(view, state)
  const isAtRest = view.over.length === 0 && view.panel === 'phase' && !view.zoomed && view.phase === null
  return isAtRest && back.places === view.places && state.past !== null ? walks('present')(view) : only(back)
}

function opens(kind: DialogKind, about: string | null = null): Handler {
  return (view, _, { state, clockMs }) =>
    only({ ...view, dialog: asItWasLeft(openDialog(kind, about, state, clockMs), view, state) })
}

function nothingWaits({ state }: World): string {
  return state.run.closed === null
    ? 'Nothing waits for you now: the run is at work.'
    : 'The run is closed. Leave with q.'
}
