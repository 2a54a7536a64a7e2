import { endable, seenWords, type SeenSession } from '../../state/blocked.ts'
import { blockedAt, endingOf } from '../../state/ending.ts'
import type { RunState } from '../../state/run-state.ts'
import { stepTitle } from '../../state/steps.ts'
import { valueOf, type DialogSpec, type Said, type Submitted } from './dialog.ts'
import { form, listField, typedField } from './fields.ts'

/** While a statement waits: for whom, and what can be done about it. */
export const blockersDialog: DialogSpec = {
  draft: ({ run }, about) =>
    form('A statement waits for others', 'Choose', {
      says: [{ text: stepTitle(run, about ?? ''), tone: 'title' }, ...blockedSays(run, about)],
      fields: [
        listField('choice', 'What now', [
          { value: 'back', label: 'Go back and let it wait: it tries three times' },
          ...endOption(run, about, 'the statement goes on by itself then'),
        ]),
      ],
    }),
  submit: (dialog, { run }) => (valueOf(dialog, 'choice') === 'end' ? endAsked(run, dialog.about) : { kind: 'close' }),
}

/** The second time it is asked: by the database's name, and nothing is done by Enter alone. */
export const endDialog: DialogSpec = {
  draft: ({ run }, about) => {
    const blocked = blockedAt(run, about ?? '')
    const name = blocked?.database ?? ''
    const sessions = blocked === null ? [] : endable(blocked)
    return form(sessions.length === 1 ? 'End a session' : `End ${sessions.length} sessions`, 'End them', {
      says: [
        { text: stepTitle(run, about ?? ''), tone: 'title' },
        ...sessions.map((session): Said => ({ text: seenWords(session) })),
        {
          text: 'What each has not committed is taken back, and whoever sits there sees an error. One that has gone on by then is left alone.',
          tone: 'warn',
        },
      ],
      fields: [typedField('database', `Database: type ${name}`, name)],
      destructive: true,
      ends: sessions,
    })
  },
  submit: dialog => ({
    kind: 'ask',
    ask: { kind: 'end sessions', step: dialog.about ?? '', sessions: dialog.ends ?? [] },
  }),
}

/** Whoever keeps a step waiting, by name. */
export function blockedSays(run: RunState, about: string | null): readonly Said[] {
  const blocked = blockedAt(run, about ?? '')
  if (blocked === null) return []
  const { sessions, cannotEnd } = blocked
  const ended = endingOf(run, blocked.step)
  const failed = ended?.status === 'failed' ? (ended.fault?.what ?? null) : null
  return [
    { text: headOf(sessions), tone: 'warn' },
    ...sessions.map((session): Said => ({ text: seenWords(session) })),
    ...(failed === null ? [] : [{ text: failed, tone: 'bad' as const }]),
    ...(cannotEnd === undefined ? [] : [{ text: cannotEnd, tone: 'accent' as const }]),
  ]
}

/** What can be done about them, where something can. */
export function endOption(
  run: RunState,
  about: string | null,
  then: string,
): readonly { value: string; label: string }[] {
  const blocked = blockedAt(run, about ?? '')
  const count = blocked === null ? 0 : endable(blocked).length
  if (blocked === null || count === 0) return []
  const label = count === 1 ? `End that session; ${then}` : `End those ${count} sessions; ${then}`
  return [{ value: 'end', label: blocked.cannotEnd === undefined ? label : `${label} (off: no right to)` }]
}

export function endAsked(run: RunState, about: string | null): Submitted {
  const cannotEnd = blockedAt(run, about ?? '')?.cannotEnd
  return cannotEnd === undefined ? { kind: 'open', dialog: 'end', about } : { kind: 'missing', says: cannotEnd }
}

function headOf(sessions: readonly SeenSession[]): string {
  return sessions.some(({ holds }) => holds === true)
    ? 'The server says who holds what it needs:'
    : 'At the database meanwhile, any of whom may hold what it needs:'
}
