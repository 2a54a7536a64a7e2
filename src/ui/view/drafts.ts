import { isDrillAsk } from '../../state/drill/play/decide.ts'
import { gateOf } from '../../state/gates.ts'
import type { Ask } from '../../state/intent.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Dialog, DialogKind, Field, Kept } from '../dialogs/dialog.ts'
import type { View } from './view.ts'

/** Closed without being done: what was typed comes again with it. */
export function leftDialog(view: View): View {
  const { dialog } = view
  if (dialog === null) return view
  return { ...view, dialog: null, drafts: { ...view.drafts, [keyOf(dialog)]: changedIn(dialog) } }
}

/** Closed with an ask on its way: should that be refused, it comes again all the same. */
export function sentDialog(view: View, ask: Ask, { run, answer }: ConsoleState): View {
  const { dialog } = view
  if (dialog === null) return view
  const { [keyOf(dialog)]: _, ...drafts } = view.drafts
  return {
    ...view,
    dialog: null,
    drafts,
    // What is asked of a drill answers no gate, and the run's journal tells nothing of it.
    sent: {
      key: keyOf(dialog),
      ask: ask.kind,
      kept: changedIn(dialog),
      gate: isDrillAsk(ask) ? null : dialog.gate,
      seq: run.seq,
      answer,
    },
  }
}

/** With what was typed in it when it was left, or sent and refused. */
export function asItWasLeft(dialog: Dialog, { drafts, sent }: View, { answer }: ConsoleState): Dialog {
  const refused = sent !== null && sent.key === keyOf(dialog) && answer !== sent.answer && answer?.refusal != null
  const kept = drafts[keyOf(dialog)] ?? (refused ? sent.kept : {})
  const fields = dialog.fields.map(field => restored(field, kept[field.id]))
  return { ...dialog, fields }
}

/** What was just asked is on its way, or its line is: pressed again, Enter would answer twice. */
export function isOnItsWay({ sent }: View, { run, answer }: ConsoleState): boolean {
  if (sent === null || sent.gate === null || sent.gate !== (gateOf(run)?.id ?? null)) return false
  if (answer === sent.answer) return true
  return answer?.refusal === null && (run.last['intent.taken'] ?? 0) <= sent.seq
}

function keyOf({ kind, about }: { readonly kind: DialogKind; readonly about: string | null }): string {
  return `${kind} ${about ?? ''}`
}

function changedIn({ fields, opened }: Dialog): Kept {
  const changed = fields.filter((field, index) => valueIn(field) !== valueIn(opened[index]) && field.kind !== 'typed')
  return Object.fromEntries(changed.map(field => [field.id, field]))
}

/** A choice comes again only where it can still be chosen. */
function restored(field: Field, kept: Field | undefined): Field {
  if (kept === undefined || kept.kind !== field.kind) return field
  if (field.kind === 'text' && kept.kind === 'text') return { ...field, value: kept.value, cursor: kept.cursor }
  if (field.kind !== 'pick' && field.kind !== 'list') return field
  const index = field.options.map(valueOfOption).indexOf(valueIn(kept))
  return index === -1 ? field : { ...field, index }
}

function valueIn(field: Field | undefined): string {
  if (field === undefined) return ''
  if (field.kind === 'text' || field.kind === 'typed') return field.value
  const option = field.options[field.index]
  return option === undefined ? '' : valueOfOption(option)
}

function valueOfOption(option: string | { readonly value: string }): string {
  return typeof option === 'string' ? option : option.value
}
