import type { ConsoleState } from '../../state/store.ts'
import type { Dialog, Field } from '../../ui/dialogs/dialog.ts'
import { dialogs } from '../../ui/dialogs/table.ts'
import { refusalNow } from '../../ui/view/ask.ts'
import { meansOf } from './meanings.ts'
import type { Question } from './question.ts'
import { told, type Told } from './told.ts'

/** A field of a dialog of the screen, as a question: both ask the same. */
export function fieldQuestion(dialog: Dialog, field: Field): Question {
  switch (field.kind) {
    case 'text':
      return { kind: 'text', asks: field.label, otherwise: field.value }
    case 'typed':
      return { kind: 'name', asks: field.label, wanted: field.wanted }
    case 'pick':
      return {
        kind: 'choice',
        asks: field.label,
        choices: field.options.map(word => ({ word, means: meansOf(dialog.kind, field.id, word) })),
        otherwise: field.options[field.index] ?? null,
        listed: true,
      }
    case 'list':
      // Nothing is chosen by being first.
      return {
        kind: 'choice',
        asks: field.label,
        choices: field.options
          .filter(({ value }) => value !== '')
          .map(({ value, label }) => ({ word: value, means: withoutName(label, value) })),
        otherwise: null,
        listed: true,
      }
  }
}

function withoutName(label: string, value: string): string {
  return label.startsWith(`${value}: `) ? label.slice(value.length + 2) : label
}

/** With this answer in that field. */
export function withAnswer(dialog: Dialog, at: number, value: string): Dialog {
  const answered = (field: Field): Field => {
    if (field.kind === 'pick') return { ...field, index: Math.max(0, field.options.indexOf(value)) }
    if (field.kind === 'list')
      return {
        ...field,
        index: Math.max(
          0,
          field.options.findIndex(option => option.value === value),
        ),
      }
    return { ...field, value, cursor: value.length }
  }
  return { ...dialog, fields: dialog.fields.map((field, index) => (index === at ? answered(field) : field)) }
}

/** Why it would not be taken as it stands; null: it would. */
export function amiss(dialog: Dialog, state: ConsoleState): string | null {
  const done = dialogs[dialog.kind].submit(dialog, state)
  if (done.kind === 'missing') return done.says
  return done.kind === 'ask' ? (refusalNow(state, done.ask, dialog.gate)?.reason ?? null) : null
}

/** A dialog with nothing to fill in is asked for by its own word. */
export function confirmQuestion(dialog: Dialog): Question {
  const yes = { word: 'yes', means: dialog.confirm.toLowerCase() }
  return {
    kind: 'choice',
    asks: `${dialog.title}, yes or no`,
    choices: [yes, { word: 'no', means: 'go back' }],
    otherwise: null,
    listed: false,
  }
}

export function dialogTold(dialog: Dialog): readonly Told[] {
  return [
    told.head(dialog.title),
    ...dialog.says.map(({ text, verbatim }) => (verbatim === true ? told.verbatim(text) : told.line(inWords(text)))),
  ]
}

/** Where a dialog names a key of the screen, the word that is typed here. */
const keyed: readonly (readonly [string, string])[] = [
  ['Resume with R.', 'Resume with: resume.'],
  ['(Esc, then e, edits what the team reads)', '(message edits what the team reads)'],
  [': Esc, then p, or astern learn afterwards', ': answer proposals, or astern learn afterwards'],
  [' with the scope as it stands below then', ' with the scope as it is answered'],
]

function inWords(text: string): string {
  return keyed.reduce((said, [key, word]) => said.replace(key, word), text)
}
