import { proposeReviewAt, zoneOf } from '../../state/review-date.ts'
import { isUnanswered } from '../../state/learning/standing.ts'
import type { RunState } from '../../state/run-state.ts'
import { checklist } from '../../state/checklist.ts'
import { failedBefore, isBad } from '../../state/check-change.ts'
import { valueOf, type DialogSpec, type Said } from './dialog.ts'
import { timeOf, whenText } from '../../state/times.ts'
import { form, listField, textField } from './fields.ts'

export const acceptDialog: DialogSpec = {
  draft: ({ run }) => {
    const failing = Object.values(run.suites.after?.results ?? {}).filter(isBad)
    const before = run.suites.baseline?.results ?? {}
    const musts = failing.filter(({ severity }) => severity === 'must')
    const says: readonly Said[] = failing.map(result => ({
      text: `${result.severity} ${result.name}: ${result.says}${failedBefore(before[result.name], result)}`,
      tone: result.severity === 'must' ? 'bad' : 'warn',
    }))
    return form('Accept the rollback', 'Accept', {
      says: says.length === 0 ? [{ text: 'Every check passes.', tone: 'good' }] : says,
      fields: [textField('reason', musts.length > 0 ? 'Reason (needed: a must check fails)' : 'Reason (optional)')],
    })
  },
  submit: dialog => {
    const reason = valueOf(dialog, 'reason').trim()
    return { kind: 'ask', ask: { kind: 'accept validation', reason: reason === '' ? null : reason } }
  },
}

export const lessonsDialog: DialogSpec = {
  draft: ({ run, me, now }) =>
    form('Lessons and post-mortem', 'Book it', {
      says: [{ text: 'Books the post-mortem, or books it anew, and writes the incident document. The time is UTC.' }],
      fields: [
        textField('lessons', 'Lessons', run.lessons?.lessons ?? ''),
        textField('owner', 'Owner', run.lessons?.owner ?? me.name),
        textField(
          'reviewAt',
          'Post-mortem at',
          whenText(run.lessons?.reviewAt ?? proposeReviewAt(run.decision?.severity ?? 'SEV-2', now, zoneOf(run))),
        ),
      ],
    }),
  submit: (dialog, { run }) => {
    const [lessons = '', owner = '', at = ''] = ['lessons', 'owner', 'reviewAt'].map(id => valueOf(dialog, id).trim())
    // The same time in other letters would book it anew.
    const before = run.lessons?.reviewAt
    const reviewAt = before !== undefined && whenText(before) === at ? before : (timeOf(at) ?? at)
    return { kind: 'ask', ask: { kind: 'add lessons', lessons, owner, reviewAt } }
  },
}

export const signDialog: DialogSpec = {
  draft: ({ run }) => {
    const items = checklist(run).filter(({ state }) => state === 'open' || state === 'red')
    return form('Sign an item off', 'Sign off', {
      says: items.length === 0 ? [{ text: 'Every item is green or signed off.', tone: 'good' }] : [],
      fields: [
        listField(
          'item',
          'Item',
          items.map(({ id, title, state, evidence }) => ({ value: id, label: `${title} (${state}): ${evidence}` })),
        ),
        textField('reason', 'Reason'),
      ],
    })
  },
  submit: dialog => {
    const item = valueOf(dialog, 'item')
    if (item === '') return { kind: 'close' }
    return { kind: 'ask', ask: { kind: 'sign off', item, reason: valueOf(dialog, 'reason') } }
  },
}

export const closeDialog: DialogSpec = {
  draft: ({ run }) =>
    form('Close the run', 'Close it', {
      says: [
        ...checklist(run).map(({ title, state }): Said => ({ text: `${state}: ${title}`, tone: toneOf(state) })),
        ...unanswered(run),
        { text: 'Closing gives the locks back and ends the run for every console.' },
      ],
    }),
  submit: () => ({ kind: 'ask', ask: { kind: 'close' } }),
}

/** They can be taken afterwards too. */
function unanswered(run: RunState): readonly Said[] {
  const open = (run.learnt?.proposals ?? []).filter(one => isUnanswered(run, one) && one.change.kind !== 'look')
  if (open.length === 0) return []
  const what = open.length === 1 ? 'One proposed change' : `${open.length} proposed changes`
  return [{ text: `${what} of astern.yaml without an answer: Esc, then p, or astern learn afterwards.`, tone: 'warn' }]
}

function toneOf(state: 'open' | 'green' | 'red' | 'signed'): 'plain' | 'good' | 'bad' | 'warn' {
  const tones = { open: 'plain', green: 'good', red: 'bad', signed: 'warn' } as const
  return tones[state]
}
