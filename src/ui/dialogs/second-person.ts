import { secondPersonWords } from '../../state/second-person.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { form, listField } from './fields.ts'

/** One person approved. Whoever is at the helm can wait, or take the approval back by planning again. */
export const secondPersonDialog: DialogSpec = {
  draft: ({ run }) =>
    form('Waits for a second person', 'Choose', {
      says: [
        { text: `Approved by ${run.plan?.signed?.by ?? ''} at ${run.plan?.signed?.at.slice(11, 19) ?? ''}.` },
        { text: `Nothing is done before ${secondPersonWords(run)}` },
        { text: 'They read the plan there, and type the same names.' },
      ],
      fields: [
        listField('choice', 'What now', [
          { value: 'wait', label: 'Wait' },
          { value: 'again', label: 'Withdraw the approval, and make the plan again' },
          { value: 'stop', label: 'Stop the run short, with a reason' },
        ]),
      ],
    }),
  submit: dialog => {
    const choice = valueOf(dialog, 'choice')
    if (choice === 'again') return { kind: 'ask', ask: { kind: 'plan again' } }
    return choice === 'stop' ? { kind: 'open', dialog: 'stop', about: null } : { kind: 'close' }
  },
}
