import type { ConsoleState } from '../../state/store.ts'
import { edit, pasted } from '../input/edit.ts'
import type { Key } from '../input/keys-of.ts'
import { graphemesOf } from '../text/width.ts'
import { commandOf, commandsFor, type Command } from './commands.ts'
import { placed, placeOf } from './front.ts'
import { nowhere } from './place.ts'
import { only, type Line, type Pressed, type View, type World } from './view.ts'

/** A key while a line is typed under the panels. */
export function pressInLine(
  view: View,
  line: Line,
  key: Key,
  world: World,
  carryOut: (view: View, command: Command) => Pressed,
): Pressed {
  if (key === 'esc' || key === 'ctrl+c') return only(left(view, line, world.state))
  if (key === 'enter')
    return line.kind === 'filter' ? only({ ...view, line: null }) : enter(view, line, world, carryOut)
  if (key === 'tab' && line.kind === 'command') return only({ ...view, line: completed(line, world.state) })
  if (key === 'backspace' && line.value === '') return only(left(view, line, world.state))
  return only(changedTo({ ...line, ...edit(line, key) }, view, world.state))
}

/** A text pasted into it. */
export function pasteInLine(view: View, line: Line, text: string, state: ConsoleState): View {
  return changedTo({ ...line, ...pasted(line, text) }, view, state)
}

export function opened(view: View, kind: Line['kind'], state: ConsoleState): View {
  const value = kind === 'filter' ? placeOf(view, state).filter : ''
  return { ...view, line: { kind, value, cursor: graphemesOf(value).length }, notice: null }
}

function left(view: View, line: Line, state: ConsoleState): View {
  const closed = { ...view, line: null, notice: null }
  return line.kind === 'filter' ? filteredBy(closed, '', state) : closed
}

function changedTo(line: Line, view: View, state: ConsoleState): View {
  return line.kind === 'filter' ? filteredBy({ ...view, line }, line.value, state) : { ...view, line, notice: null }
}

/** The place is another one: what was in sight need not be there. */
function filteredBy(view: View, filter: string, state: ConsoleState): View {
  const { cursor } = placeOf(view, state)
  return placed(view, state, { ...nowhere, cursor, filter })
}

function enter(view: View, line: Line, world: World, carryOut: (view: View, command: Command) => Pressed): Pressed {
  const command = commandOf(line.value, world.state)
  if (command === null) {
    const count = commandsFor(line.value, world.state).length
    const says = count === 0 ? 'There is no such command; esc goes back.' : 'Type on until one is left; tab fills in.'
    return only({ ...view, notice: says })
  }
  const closed = { ...view, line: null, notice: null }
  return command.off === null ? carryOut(closed, command) : only({ ...closed, notice: command.off })
}

/** As far as all that are left agree. */
function completed(line: Line, state: ConsoleState): Line {
  const names = commandsFor(line.value, state)
    .map(({ name }) => name)
    .filter(name => name.startsWith(line.value.toLowerCase()))
  const first = names[0]
  if (first === undefined) return line
  let length = first.length
  while (!names.every(name => name.startsWith(first.slice(0, length)))) length -= 1
  const value = first.slice(0, length)
  return { ...line, value, cursor: value.length }
}
