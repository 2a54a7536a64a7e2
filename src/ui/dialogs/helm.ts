import { isDestructive } from '../../state/plan.ts'
import type { RunState } from '../../state/run-state.ts'
import { readySteps, stepsDone } from '../../state/steps.ts'
import { valueOf, type DialogSpec, type Said } from './dialog.ts'
import { form, textField, typedField } from './fields.ts'

/** Hears every key at once: holding must never wait. */
export const holdDialog: DialogSpec = {
  draft: () =>
    form('Hold the run', 'Hold', {
      says: [{ text: 'What is running runs on to its end; no further step begins. Resume with R.' }],
      fields: [textField('reason', 'Reason (optional)')],
      guarded: false,
    }),
  submit: dialog => ({ kind: 'ask', ask: { kind: 'hold', reason: valueOf(dialog, 'reason') } }),
}

export const resumeDialog: DialogSpec = {
  draft: ({ run }) => {
    const next = readySteps(run).map(({ title, risk }) => ({
      text: `Begins: ${title}${risk === 'safe' ? '' : ` (${risk})`}`,
    }))
    return form('Resume the run', 'Resume', {
      says: [{ text: `Held: ${run.held?.reason ?? 'not held'}` }, ...next],
    })
  },
  submit: () => ({ kind: 'ask', ask: { kind: 'resume' } }),
}

export const noteDialog: DialogSpec = {
  draft: () => form('Add a note to the record', 'Add', { fields: [textField('text', 'Note')], guarded: false }),
  submit: dialog => ({ kind: 'ask', ask: { kind: 'note', text: valueOf(dialog, 'text') } }),
}

export const leaveDialog: DialogSpec = {
  draft: ({ run, me, connection }) => {
    const { closed } = run
    const id = run.run?.id ?? ''
    const mine = run.helm.holder?.console === me.console
    const waits = run.plan !== null && isDestructive(run.plan.plan) && !stepsDone(run)
    const alone = waits ? 'With nobody at the helm, no destructive step begins.' : 'Nobody will be at the helm.'
    return form('Leave this console', 'Leave', {
      says: [
        goesOn(run, connection.engine === 'gone'),
        ...(mine && closed === null && connection.engine !== 'gone' ? [{ text: alone, tone: 'warn' as const }] : []),
        { text: `Come back with: astern ${me.role === 'watch' ? 'watch' : 'attach'} ${id}`, tone: 'accent' },
      ],
      guarded: false,
    })
  },
  submit: () => ({ kind: 'leave' }),
}

function goesOn({ closed }: RunState, isGone: boolean): Said {
  if (closed !== null) return { text: 'The run is closed: nothing of it is left to do.' }
  return isGone
    ? { text: 'The engine of this run has ended: nothing goes on until somebody attaches.', tone: 'warn' }
    : { text: 'The run goes on without this console.' }
}

export const stopDialog: DialogSpec = {
  draft: ({ run }) => {
    const name = run.run?.environment ?? ''
    return form('Stop the run short', 'Stop it', {
      says: [
        { text: 'The run ends here, as it stands. Nothing is put back; the freeze stays.', tone: 'bad' },
        { text: 'To put back what was done, undo first.' },
      ],
      fields: [typedField('environment', `Environment: type ${name}`, name), textField('reason', 'Reason')],
      destructive: true,
    })
  },
  submit: dialog => ({ kind: 'ask', ask: { kind: 'stop', reason: valueOf(dialog, 'reason') } }),
}
