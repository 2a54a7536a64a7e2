import type { RunState } from '../../state/run-state.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { form, textField } from './fields.ts'

/** The first message, sent when the plan is approved. */
export const messageDialog: DialogSpec = {
  draft: ({ run }) => {
    const channels = Object.entries(run.run?.manifest.notify ?? {}).map(
      ([name, { audience }]) => `${name} (${audience})`,
    )
    return form('Edit the first message', 'Keep this message', {
      says: [{ text: `Goes out with the approval, to: ${channels.join(', ') || 'nobody, no channel is declared'}` }],
      fields: [
        textField('subject', 'Subject', run.message?.subject ?? subject(run)),
        textField('text', 'Text', run.message?.text ?? text(run)),
      ],
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

function subject(run: RunState): string {
  return `${run.decision?.severity ?? ''} ${run.run?.environment ?? ''}: rolling back to ${run.plan?.plan.target.version ?? ''}`
}

function text(run: RunState): string {
  const scope = run.decision?.scope ?? ''
  const from = run.plan?.plan.from ?? ''
  return `Release ${from} is being rolled back. Reason: ${run.decision?.reason ?? ''}. Scope: ${scope}. The next message follows when it is done or when it stops.`
}
