import { lostMessages } from '../../state/house-steps.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { form, listField } from './fields.ts'

/** What was given up, and what nobody knows of: that one may come twice, and says so. */
export const sendAgainDialog: DialogSpec = {
  draft: ({ run }) => {
    const lost = lostMessages(run).map(id => {
      const { channel, subject, delivery } = run.messages[id]?.command ?? { channel: id, subject: '', delivery: '' }
      const doubt =
        run.steps[`message.${id}`]?.status === 'unknown' ? `in doubt, look there for ${delivery}` : 'not sent'
      return { value: id, label: `${channel} (${doubt}): ${subject}` }
    })
    return form('Send a message again', 'Send it', {
      says: [
        lost.length === 0
          ? { text: 'Every message was sent.', tone: 'good' }
          : { text: 'One that is in doubt may have arrived: then it comes twice.', tone: 'warn' },
      ],
      fields: [listField('message', 'Message', lost)],
    })
  },
  submit: dialog => {
    const message = valueOf(dialog, 'message')
    return message === '' ? { kind: 'close' } : { kind: 'ask', ask: { kind: 'send again', message } }
  },
}
