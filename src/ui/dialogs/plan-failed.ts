import type { Ask } from '../../state/intent.ts'
import type { RunState } from '../../state/run-state.ts'
import { targetsOf } from '../../state/targets.ts'
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
          ...anotherTarget(run),
          { value: 'stop', label: 'Stop the run short, with a reason' },
        ]),
      ],
    }),
  submit: dialog => {
    const choice = valueOf(dialog, 'choice')
    const ask = asks[choice]
    if (ask !== undefined) return { kind: 'ask', ask }
    if (choice === 'another') return { kind: 'open', dialog: 'target', about: null }
    return choice === 'stop' ? { kind: 'open', dialog: 'stop', about: null } : { kind: 'close' }
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

type Option = { readonly value: string; readonly label: string }

/** Only where there is one that can be taken. */
function anotherTarget(run: RunState): readonly Option[] {
  const isFree = targetsOf(run).some(({ target, cannot }) => !target && cannot === null)
  return isFree ? [{ value: 'another', label: 'Choose another release to go back to' }] : []
}

function otherWays({ plan }: RunState): readonly Option[] {
  const { options, restorable = [] } = plan?.plan ?? {}
  if (options?.restore !== undefined)
    return [
      ...(options.restore.replay === undefined ? [] : [{ value: 'no replay', label: 'Restore, and replay no binlog' }]),
      { value: 'reverse', label: 'Plan again, and restore nothing' },
    ]
  return restorable.length === 0 ? [] : [{ value: 'restore', label: `Restore ${restorable.join('; ')}` }]
}
