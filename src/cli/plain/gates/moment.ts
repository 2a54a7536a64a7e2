import { gateOf } from '../../../state/gates.ts'
import type { Ask } from '../../../state/intent.ts'
import type { ConsoleState } from '../../../state/store.ts'
import type { DialogKind, Submitted } from '../../../ui/dialogs/dialog.ts'
import { dialogs, openDialog } from '../../../ui/dialogs/table.ts'
import { stopAsk } from '../../../ui/keys/asks.ts'
import { refusalNow } from '../../../ui/view/ask.ts'
import type { Choice, Question } from '../question.ts'
import type { Told } from '../told.ts'

/** What an answer at a gate leads to. */
export type Does =
  | { readonly kind: 'form'; readonly dialog: DialogKind; readonly about: string | null }
  | { readonly kind: 'ask'; readonly ask: Ask }
  /** Told piece by piece. */
  | { readonly kind: 'read'; readonly pieces: readonly (readonly Told[])[] }
  /** A file of the run's directory, from its end. */
  | { readonly kind: 'output'; readonly path: string }
  | { readonly kind: 'wait' }

export type Way = Choice & { readonly does: Does }

/** A gate in lines: what is known there, and the ways on. The same that the screen has there. */
export type Moment = {
  readonly tells: readonly Told[]
  readonly ways: readonly Way[]
  /** Taken by an empty answer; it never acts by itself. */
  readonly otherwise: string | null
}

/** What was looked at already at this gate, by the words for it. */
export type Seen = ReadonlySet<string>

export function questionOf({ ways, otherwise }: Moment): Extract<Question, { kind: 'choice' }> {
  const choices = ways.map(({ word, means, off }) => ({ word, means, ...(off === undefined ? {} : { off }) }))
  const isOn = ways.some(({ word, off }) => word === otherwise && off === undefined)
  return { kind: 'choice', asks: 'What now', choices, otherwise: isOn ? otherwise : null, listed: false }
}

/** `like`: what it would ask for, filled in well enough: were that refused now, the way is off, with the same sentence. */
export function formWay(
  state: ConsoleState,
  word: string,
  means: string,
  dialog: DialogKind,
  like: Ask | null = null,
  about: string | null = null,
): Way {
  return way(state, word, means, { kind: 'form', dialog, about }, like)
}

export function askWay(state: ConsoleState, word: string, means: string, ask: Ask): Way {
  return way(state, word, means, { kind: 'ask', ask }, ask)
}

export function readWay(word: string, means: string, ...pieces: readonly (readonly Told[])[]): Way {
  return { word, means, does: { kind: 'read', pieces: pieces.filter(piece => piece.length > 0) } }
}

export function waitWay(means: string): Way {
  return { word: 'wait', means, does: { kind: 'wait' } }
}

export function stopWay(state: ConsoleState): Way {
  return formWay(state, 'stop', 'stop the run short, as it stands', 'stop', stopAsk())
}

function way(state: ConsoleState, word: string, means: string, does: Does, like: Ask | null): Way {
  const off = like === null ? null : refusalNow(state, like, gateOf(state.run)?.id ?? null)
  return { word, means, does, ...(off === null ? {} : { off: off.reason }) }
}

/** A dialog that is one list, as ways on: each option by its word, and what it leads to. Going back is no way on. */
export function waysOf(state: ConsoleState, kind: DialogKind, about: string | null): readonly Way[] {
  const dialog = openDialog(kind, about, state, 0)
  const [field] = dialog.fields
  if (field?.kind !== 'list') return []
  return field.options.flatMap(({ value, label }, index): readonly Way[] => {
    const done = dialogs[kind].submit({ ...dialog, fields: [{ ...field, index }] }, state)
    const does = doesOf(done)
    if (done.kind === 'missing') return [{ word: value, means: label, off: done.says, does: { kind: 'wait' } }]
    return does === null ? [] : [{ word: value, means: label, does }]
  })
}

function doesOf(done: Submitted): Does | null {
  if (done.kind === 'ask') return done
  return done.kind === 'open' ? { kind: 'form', dialog: done.dialog, about: done.about } : null
}
