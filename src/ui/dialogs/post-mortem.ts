import { whenText } from '../../state/times.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { pickField, textField } from './fields.ts'
import { lessonsDialog } from './follow-up.ts'

const [takesPlace, off] = ['takes place', 'call it off'] as const

/** The lessons; and of a post-mortem that is booked, whether it takes place at all. */
export const postMortemDialog: DialogSpec = {
  draft: (state, about) => {
    const draft = lessonsDialog.draft(state, about)
    if (state.run.review === null) return draft
    const { at, owner } = state.run.review
    return {
      ...draft,
      confirm: 'Do it',
      says: [
        {
          text: `Booked for ${whenText(at)} UTC, ${owner} leads it. Another time or owner books it anew, and moves it in calendars.`,
        },
        { text: 'Called off, all who were invited are told the reason; lessons stay as they were.' },
      ],
      fields: [
        ...draft.fields,
        pickField('takes place', 'It', [takesPlace, off], takesPlace),
        textField('reason', 'Called off because'),
      ],
    }
  },
  submit: (dialog, state) =>
    valueOf(dialog, 'takes place') === off
      ? { kind: 'ask', ask: { kind: 'call off', reason: valueOf(dialog, 'reason') } }
      : lessonsDialog.submit(dialog, state),
}
