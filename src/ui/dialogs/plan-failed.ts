import type { Ask } from '../../state/intent.ts'
import type { RunState } from '../../state/run-state.ts'
import { valueOf, type DialogSpec, type Said } from './dialog.ts'
import { form, listField } from './fields.ts'
import { faultSays } from './trouble.ts'

/** There is no plan, or none that may be approved. */
export const planFailedDialog: DialogSpec = {
  draft: ({ run }) =>
    form(run.plan === null ? 'No plan could be made' : 'The plan is blocked', 'Choose', {
      says: run.plan === null ? faultSays(run.planFault) : blockedSays(run),
      fields: [
        listField('choice', 'What now', [
          { value: 'back', label: 'Go back and look' },
          { value: 'again', label: 'Make the plan again' },
          ...otherWays(run),
          { value: 'stop', label: 'Stop the run short, with a reason' },
        ]),
      ],
    }),
  submit: dialog => {
    const ask = asks[valueOf(dialog, 'choice')]
    if (ask !== undefined) return { kind: 'ask', ask }
    return valueOf(dialog, 'choice') === 'stop' ? { kind: 'open', dialog: 'stop', about: null } : { kind: 'close' }
  },
}

const asks: Readonly<Record<string, Ask>> = {
  again: { kind: 'plan again' },
  restore: { kind: 'plan again', restore: 'newest' },
  reverse: { kind: 'plan again', restore: 'none' },
  'no replay': { kind: 'plan again', replay: 'none' },
}

function blockedSays({ plan }: RunState): readonly Said[] {
  return (plan?.plan.blockers ?? []).map(text => ({ text, tone: 'bad' }))
}

function otherWays({ plan }: RunState): readonly { readonly value: string; readonly label: string }[] {
  const { options, restorable = [] } = plan?.plan ?? {}
  if (options?.restore !== undefined)
    return [
      ...(options.restore.replay === undefined ? [] : [{ value: 'no replay', label: 'Restore, and replay no binlog' }]),
      { value: 'reverse', label: 'Plan again, and restore nothing' },
    ]
  return restorable.length === 0 ? [] : [{ value: 'restore', label: `Restore ${restorable.join('; ')}` }]
}
