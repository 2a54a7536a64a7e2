import type { Ask } from '../../../state/intent.ts'
import type { ConsoleState } from '../../../state/store.ts'
import type { Dialog, DialogKind } from '../../../ui/dialogs/dialog.ts'
import { dialogs, openDialog } from '../../../ui/dialogs/table.ts'
import { gateOfAsk } from '../../../ui/view/ask.ts'
import { amiss, confirmQuestion, dialogTold, fieldQuestion, withAnswer } from '../fields.ts'
import { told } from '../told.ts'
import type { Conversation } from './conversation.ts'

export type Filled =
  | { readonly kind: 'ask'; readonly ask: Ask; readonly gate: string | null }
  /** Nothing is asked for. */
  | { readonly kind: 'back' | 'left' | 'moved' }

/** A dialog of the screen, field by field. It answers the gate that it was opened on. */
export async function fillForm(
  talk: Conversation,
  { dialog: kind, about }: { readonly dialog: DialogKind; readonly about: string | null },
  isOpen: (state: ConsoleState) => boolean,
  opened?: string | null,
): Promise<Filled> {
  const { ask, tell, state } = talk
  const draft = openDialog(kind, about, state(), 0)
  const gate = opened === undefined ? draft.gate : opened
  let dialog: Dialog = { ...draft, gate }
  tell(dialogTold(dialog))
  if (dialog.fields.length === 0) {
    const sure = await ask(confirmQuestion(dialog), isOpen)
    if (sure.kind !== 'answer') return sure
    if (sure.value === 'no') return { kind: 'back' }
  }
  for (let at = 0; at < dialog.fields.length; ) {
    const field = dialog.fields[at]
    if (field === undefined) break
    const question = fieldQuestion(dialog, field)
    if (question.kind === 'choice' && question.choices.length === 0) return { kind: 'back' }
    const asked = await ask(question, isOpen)
    if (asked.kind === 'back' && at > 0 && question.kind !== 'name') {
      at -= 1
      continue
    }
    if (asked.kind !== 'answer') return asked
    const [before, filled] = [amiss(dialog, state()), withAnswer(dialog, at, asked.value)]
    const after = amiss(filled, state())
    const isLast = at === dialog.fields.length - 1
    // What this answer broke is said at once; what is missing still, at the end.
    if (after !== null && field.kind !== 'typed' && (isLast || (field.kind === 'text' && after !== before))) {
      tell([told.line(after)])
      if (field.kind !== 'text') return { kind: 'back' }
    } else {
      dialog = filled
      at += 1
    }
  }
  const done = dialogs[dialog.kind].submit(dialog, state())
  switch (done.kind) {
    case 'ask':
      return { kind: 'ask', ask: done.ask, gate: gateOfAsk(done.ask, gate) }
    case 'open':
      return fillForm(talk, done, isOpen, gate)
    case 'missing':
      tell([told.line(done.says)])
      return { kind: 'back' }
    case 'leave':
      return { kind: 'left' }
    case 'close':
      return { kind: 'back' }
  }
}
