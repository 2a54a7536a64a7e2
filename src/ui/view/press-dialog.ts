import type { Ask } from '../../state/intent.ts'
import { cancelFocus, confirmFocus, isDeaf, untyped, type Dialog, type Field } from '../dialogs/dialog.ts'
import { dialogs, openDialog } from '../dialogs/table.ts'
import { edit, pasted } from '../input/edit.ts'
import { isText, type Key } from '../input/keys-of.ts'
import type { Edited } from '../input/editor.ts'
import { graphemesOf } from '../text/width.ts'
import { gateOfAsk, refusalNow } from './ask.ts'
import { asItWasLeft, leftDialog, sentDialog } from './drafts.ts'
import { only, type Pressed, type View, type World } from './view.ts'

export function pressInDialog(view: View, dialog: Dialog, key: Key, world: World): Pressed {
  if (isDeaf(dialog, world.clockMs)) return only(view)
  const stays = (changed: Partial<Dialog>): Pressed => only({ ...view, dialog: { ...dialog, error: null, ...changed } })
  switch (key) {
    case 'esc':
    case 'ctrl+c':
      return only(leftDialog(view))
    case 'enter':
      return enter(view, dialog, world)
    case 'tab':
      return stays({ focus: moved(dialog, 1) })
    case 'shift+tab':
      return stays({ focus: moved(dialog, -1) })
    case 'page down':
      return stays({ scroll: dialog.scroll + 1 })
    case 'page up':
      return stays({ scroll: Math.max(0, dialog.scroll - 1) })
    case 'ctrl+o':
      return inEditor(view, dialog)
    case 'ctrl+_':
      return stays(undone(dialog))
    default:
      return stays(changedBy(dialog, key))
  }
}

function inEditor(view: View, dialog: Dialog): Pressed {
  const field = dialog.fields[dialog.focus]
  if (field?.kind !== 'text')
    return only({ ...view, dialog: { ...dialog, error: 'Only a field for free text opens in an editor.' } })
  const effect = { kind: 'edit', field: field.id, text: field.value } as const
  return { view: { ...view, dialog: { ...dialog, error: null } }, effects: [effect] }
}

/** The dialog once the editor has ended; what it could not do is said where it was asked for. */
export function editedInDialog(view: View, field: string, edited: Edited): View {
  const { dialog } = view
  if (dialog === null) return view
  if (!edited.ok) return { ...view, dialog: { ...dialog, error: edited.says } }
  const at = dialog.fields.findIndex(({ id }) => id === field)
  const before = dialog.fields[at]
  if (before?.kind !== 'text') return view
  const cursor = graphemesOf(edited.text).length
  return { ...view, dialog: withField(dialog, at, { ...before, value: edited.text, cursor }) }
}

/** Only into a field for free text: a name that arms something is typed. */
export function pasteInDialog(view: View, dialog: Dialog, text: string, world: World): View {
  const field = dialog.fields[dialog.focus]
  if (isDeaf(dialog, world.clockMs) || field === undefined) return view
  if (field.kind === 'typed') return { ...view, dialog: { ...dialog, error: 'Pasting is off here: type the name.' } }
  if (field.kind !== 'text') return view
  return { ...view, dialog: withField(dialog, dialog.focus, { ...field, ...pasted(field, text) }) }
}

function changedBy(dialog: Dialog, key: Key): Partial<Dialog> {
  const field = dialog.fields[dialog.focus]
  if (field?.kind === 'list' && (key === 'up' || key === 'down' || key === 'j' || key === 'k')) {
    const step = key === 'down' || key === 'j' ? 1 : -1
    const index = Math.max(0, Math.min(field.options.length - 1, field.index + step))
    return index === field.index && !isText(key)
      ? { focus: moved(dialog, step) }
      : withField(dialog, dialog.focus, { ...field, index })
  }
  if (key === 'up' || key === 'down') return { focus: moved(dialog, key === 'up' ? -1 : 1) }
  if (field === undefined) return onButton(dialog, key)
  if (field.kind === 'list') return {}
  if (field.kind === 'pick') return withField(dialog, dialog.focus, { ...field, index: picked(field, key) })
  return withField(dialog, dialog.focus, { ...field, ...edit(field, key) })
}

function picked(field: Extract<Field, { kind: 'pick' }>, key: Key): number {
  const last = field.options.length - 1
  if (key === 'left') return Math.max(0, field.index - 1)
  if (key === 'right' || key === ' ') return Math.min(last, field.index + 1)
  return field.index
}

/** On a button, what is typed goes to the first field that still wants a name; arrows go between the buttons. */
function onButton(dialog: Dialog, key: Key): Partial<Dialog> {
  if (key === 'left') return { focus: cancelFocus(dialog) }
  if (key === 'right') return { focus: confirmFocus(dialog) }
  const wanting = untyped(dialog)
  const field = dialog.fields[wanting ?? -1]
  if (wanting === null || field?.kind !== 'typed' || !isText(key)) return {}
  return { ...withField(dialog, wanting, { ...field, ...edit(field, key) }), focus: wanting }
}

const undoable = 200

/** As it was before the last change. */
function undone({ past, fields }: Dialog): Partial<Dialog> {
  return { fields: past.at(-1) ?? fields, past: past.slice(0, -1) }
}

function withField(dialog: Dialog, at: number, field: Field): Dialog {
  const past = [...dialog.past, dialog.fields].slice(-undoable)
  return { ...dialog, error: null, past, fields: dialog.fields.map((one, index) => (index === at ? field : one)) }
}

function moved(dialog: Dialog, by: number): number {
  const places = dialog.fields.length + 2
  return (dialog.focus + by + places) % places
}

function enter(view: View, dialog: Dialog, world: World): Pressed {
  if (dialog.focus === cancelFocus(dialog)) return only(leftDialog(view))
  const stays = (changed: Partial<Dialog>): Pressed => only({ ...view, dialog: { ...dialog, error: null, ...changed } })
  const onButton = dialog.focus === confirmFocus(dialog)
  const wanting = untyped(dialog)
  if (wanting !== null) return stays(wants(dialog, wanting))
  if (dialog.destructive) {
    const next = dialog.fields.findIndex(
      (field, index) => index > dialog.focus && field.kind === 'text' && field.id === 'reason',
    )
    return onButton || next === -1 ? submit(view, dialog, world) : stays({ focus: next })
  }
  if (onButton || dialog.fields.length === 1) return submit(view, dialog, world)
  return stays({ focus: dialog.focus + 1 === dialog.fields.length ? confirmFocus(dialog) : dialog.focus + 1 })
}

/** Enter with a name still missing: on to it, or what is missing where it was typed wrong. */
function wants(dialog: Dialog, wanting: number): Partial<Dialog> {
  const field = dialog.fields[wanting]
  if (field?.kind !== 'typed') return {}
  const error = field.value === '' && dialog.focus !== wanting ? null : `Type ${field.wanted} to go on; Esc goes back.`
  return { focus: wanting, error }
}

function submit(view: View, dialog: Dialog, world: World): Pressed {
  const { state, clockMs } = world
  const done = dialogs[dialog.kind].submit(dialog, state)
  const stays = (error: string): Pressed => only({ ...view, dialog: { ...dialog, error } })
  switch (done.kind) {
    case 'missing':
      return stays(done.says)
    case 'close':
      return only({ ...view, dialog: null })
    case 'leave':
      return { view: { ...view, dialog: null }, effects: [{ kind: 'leave' }] }
    case 'open':
      // It goes on answering the gate that was read.
      return only({
        ...view,
        dialog: { ...asItWasLeft(openDialog(done.dialog, done.about, state, clockMs), view, state), gate: dialog.gate },
      })
    case 'ask': {
      const gate = gateOfAsk(done.ask, dialog.gate)
      const refusal = refusalNow(state, done.ask, dialog.gate)
      if (refusal !== null) return stays(refusal.reason)
      const home = gate === null ? afterwards(done.ask) : { over: [], panel: 'phase' as const, phase: null }
      return {
        view: { ...sentDialog(view, done.ask, state), ...home },
        effects: [{ kind: 'send', ask: done.ask, gate }],
      }
    }
  }
}

/** What it leads to is looked at: a hint that was taken is to be read. */
function afterwards({ kind }: Ask): Partial<View> {
  return kind === 'take a hint' ? { over: [{ kind: 'drill' }] } : {}
}
