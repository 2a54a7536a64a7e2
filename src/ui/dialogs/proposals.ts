import { changeText, isUnanswered } from '../../state/learning/standing.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import type { ConsoleState } from '../../state/store.ts'
import { diffOf, evidenceTexts, standingIn, toneOf } from '../panels/proposals.ts'
import { valueOf, type DialogSpec, type Said } from './dialog.ts'
import { form, listField, pickField, textField } from './fields.ts'

/** As many as leave room at 80x24; the others come when these are answered. */
const listed = 8

/** Which one: those that wait first, then those that were left. */
export const proposalsDialog: DialogSpec = {
  draft: state => {
    const all = state.run.learnt?.proposals ?? []
    const open = all.filter(one => standingIn(state, one).word === 'open')
    const look = all.filter(one => standingIn(state, one).word === 'to look at')
    const left = all.filter(one => !open.includes(one) && !look.includes(one) && mayStillBeAnswered(state, one))
    const shown = [...open, ...look, ...left].slice(0, listed)
    const label = (one: Proposal): string => `${standingIn(state, one).word}: ${changeText(one)}`
    return form('What this run taught', 'Look at it', {
      says: [
        {
          text:
            shown.length === 0
              ? 'Nothing waits for an answer.'
              : 'One by one; nothing is written before you accept it.',
        },
      ],
      fields: [
        listField(
          'proposal',
          'Proposal',
          shown.map(one => ({ value: one.id, label: label(one) })),
        ),
      ],
      guarded: false,
    })
  },
  submit: dialog => {
    const id = valueOf(dialog, 'proposal')
    return id === '' ? { kind: 'close' } : { kind: 'open', dialog: 'proposal', about: id }
  },
}

const answers = ['accept', 'not now', 'never'] as const

/** One of them: why, on what evidence, and the very lines that would change. */
export const proposalDialog: DialogSpec = {
  draft: (state, about) => {
    const proposal = state.run.learnt?.proposals.find(({ id }) => id === about)
    if (proposal === undefined) return form('No such proposal', 'Back', {})
    const { word, says } = standingIn(state, proposal)
    const takes = word === 'open' || word === 'left' || word === 'not written'
    const options = takes && proposal.change.kind !== 'look' ? answers : answers.slice(1)
    return form(changeText(proposal), 'Answer', {
      says: [
        { text: proposal.why },
        ...(says === '' ? [] : [{ text: says, tone: 'warn' } as const]),
        ...evidenceTexts(proposal, state).map((text): Said => ({ text, tone: 'quiet' })),
        ...diffOf(state, proposal).map((text): Said => ({ text, tone: toneOf(text), verbatim: true })),
      ],
      fields: [
        pickField('answer', 'Answer', options, options[0] ?? 'not now'),
        textField('reason', 'Reason (needed to turn it down for good)'),
      ],
    })
  },
  submit: dialog => {
    const [answer, reason] = [valueOf(dialog, 'answer'), valueOf(dialog, 'reason')]
    const given = answers.find(one => one === answer)
    if (given === undefined || dialog.about === null) return { kind: 'close' }
    return { kind: 'ask', ask: { kind: 'answer proposal', id: dialog.about, answer: given, reason } }
  },
}

function mayStillBeAnswered({ run }: ConsoleState, proposal: Proposal): boolean {
  return isUnanswered(run, proposal) || run.answered[proposal.id]?.answer !== 'accept'
}
