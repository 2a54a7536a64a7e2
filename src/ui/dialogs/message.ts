import { draftMessage, isOfTeam, withoutNext } from '../../state/messages.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { form, textField } from './fields.ts'
import { nameOf, toldOf, wordForWord } from './told.ts'

/** The first message, sent when the plan is approved; below it, word for word, what others are told. */
export const messageDialog: DialogSpec = {
  draft: state => {
    const { run, now } = state
    const told = toldOf(state, 'decided')
    const drafted = draftMessage('decided', run, now)
    const team = told.filter(([, { audience }]) => isOfTeam(audience))
    const others = told.filter(([, { audience }]) => !isOfTeam(audience))
    const names = team.map(nameOf).join(', ')
    const { subject, text } = run.message ?? { ...drafted, text: withoutNext(drafted.text) }
    return form('Edit the first message', 'Keep this message', {
      says: [
        { text: `Goes out with the approval, to: ${names || 'nobody, no channel is declared for the team'}` },
        { text: 'When the next one comes is added as it is sent.' },
        ...wordForWord(others, ({ audience }) => draftMessage('decided', run, now, audience)),
      ],
      fields: [textField('subject', 'Subject', subject), textField('text', 'Text', text)],
      guarded: false,
    })
  },
  submit: dialog => {
    const ask = {
      kind: 'edit the message',
      subject: valueOf(dialog, 'subject'),
      text: valueOf(dialog, 'text'),
    } as const
    if (ask.subject.trim() === '') return { kind: 'missing', says: 'The message needs a subject.' }
    return { kind: 'ask', ask }
  },
}
