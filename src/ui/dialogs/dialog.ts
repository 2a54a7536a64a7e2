import type { SeenSession } from '../../state/blocked.ts'
import type { Ask } from '../../state/intent.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Tone } from '../theme.ts'

export type DialogKind =
  | 'decide'
  | 'approve'
  | 'second person'
  | 'message'
  | 'send again'
  | 'plan failed'
  | 'target'
  | 'trouble'
  | 'retry'
  | 'blockers'
  | 'end'
  | 'skip'
  | 'undo'
  | 'hold'
  | 'resume'
  | 'accept'
  | 'lessons'
  | 'proposals'
  | 'proposal'
  | 'sign'
  | 'close'
  | 'stop'
  | 'note'
  | 'helm'
  | 'leave'
  | 'answer event'
  | 'hint'
  | 'halt drill'

export type Field =
  | {
      readonly kind: 'text'
      readonly id: string
      readonly label: string
      readonly value: string
      readonly cursor: number
    }
  /** Armed only by the very text it asks for, typed and not pasted. */
  | {
      readonly kind: 'typed'
      readonly id: string
      readonly label: string
      readonly wanted: string
      readonly value: string
      readonly cursor: number
    }
  /** One of a few, on one line. */
  | {
      readonly kind: 'pick'
      readonly id: string
      readonly label: string
      readonly options: readonly string[]
      readonly index: number
    }
  /** One of a list that stays as it was when the dialog opened. */
  | {
      readonly kind: 'list'
      readonly id: string
      readonly label: string
      readonly options: readonly { readonly value: string; readonly label: string }[]
      readonly index: number
    }

/** `verbatim`: its spaces count. */
export type Said = { readonly text: string; readonly tone?: Tone; readonly verbatim?: true }

/** What a dialog shows and asks, frozen when it opens. */
export type Draft = {
  readonly title: string
  readonly says: readonly Said[]
  readonly fields: readonly Field[]
  /** The word on its button. */
  readonly confirm: string
  /** Cancel in focus first; Enter acts only once every typed field holds what it asks for. */
  readonly destructive: boolean
  /** Cancel in focus first, though nothing is destroyed: nothing costly is chosen by being first. */
  readonly costly?: true
  /** Sessions it is about, as they were when it opened. */
  readonly ends?: readonly SeenSession[]
  /** Deaf for a moment after opening, so that nothing typed ahead answers it. */
  readonly guarded: boolean
}

export type Dialog = Draft & {
  readonly kind: DialogKind
  /** The step or item it is about, by id. */
  readonly about: string | null
  /** The gate it was opened on: an answer to another one is refused. */
  readonly gate: string | null
  /** A field by its index; then the button that cancels, then the one that confirms. */
  readonly focus: number
  readonly openedMs: number
  /** Its fields as they were when it opened, and before each change since, newest last. */
  readonly opened: readonly Field[]
  readonly past: readonly (readonly Field[])[]
  readonly error: string | null
  readonly scroll: number
}

/** What a person changed in a dialog, by field; names that arm something are typed anew each time. */
export type Kept = Readonly<Record<string, Field>>

export type Submitted =
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'open'; readonly dialog: DialogKind; readonly about: string | null }
  | { readonly kind: 'leave' }
  | { readonly kind: 'close' }
  | { readonly kind: 'missing'; readonly says: string }

export type DialogSpec = {
  readonly draft: (state: ConsoleState, about: string | null) => Draft
  readonly submit: (dialog: Dialog, state: ConsoleState) => Submitted
}

/** How long a guarded dialog hears nothing, in milliseconds. */
export const deafMs = 300

export function isDeaf(dialog: Dialog, clockMs: number): boolean {
  return dialog.guarded && clockMs - dialog.openedMs < deafMs
}

export function cancelFocus(dialog: Draft): number {
  return dialog.fields.length
}

export function confirmFocus(dialog: Draft): number {
  return dialog.fields.length + 1
}

/** What stands in a field; '' where there is no such field. */
export function valueOf(dialog: Draft, id: string): string {
  const field = dialog.fields.find(one => one.id === id)
  if (field === undefined) return ''
  if (field.kind === 'pick') return field.options[field.index] ?? ''
  return field.kind === 'list' ? (field.options[field.index]?.value ?? '') : field.value
}

/** The first typed field that does not hold what it asks for. */
export function untyped(dialog: Draft): number | null {
  const index = dialog.fields.findIndex(field => field.kind === 'typed' && field.value.trim() !== field.wanted)
  return index === -1 ? null : index
}
