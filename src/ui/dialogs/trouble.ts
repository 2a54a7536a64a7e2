import type { Fault } from '../../state/fault.ts'
import type { Instance } from '../../state/facts.ts'
import type { Step } from '../../state/plan.ts'
import { whyNotPutBack } from '../../state/planner/put-back.ts'
import { instanceOf } from '../../state/planner/steps.ts'
import { planSteps, stepTitle } from '../../state/steps.ts'
import type { RunState, StepState } from '../../state/run-state.ts'
import { valueOf, type DialogSpec, type Draft, type Said } from './dialog.ts'
import { blockedSays, endAsked, endOption } from './end.ts'
import { form, listField, textField, typedField } from './fields.ts'

/** A step failed, or nobody knows: what can be done about it. */
export const troubleDialog: DialogSpec = {
  draft: ({ run }, about) => {
    const { step, now } = stepOf(run, about)
    const options = [
      { value: 'back', label: 'Go back and look' },
      { value: 'retry', label: 'Retry this step' },
      ...endOption(run, about, 'then it is tried again'),
      ...(step?.command.kind === 'service.pull' ? [] : [{ value: 'skip', label: 'Skip it, with a reason' }]),
      ...putBackOption(run, about),
      { value: 'undo', label: 'Undo everything done so far' },
      { value: 'hold', label: 'Hold the run' },
    ]
    return form(now?.status === 'unknown' ? 'A step is in doubt' : 'A step failed', 'Choose', {
      says: [{ text: stepTitle(run, about ?? ''), tone: 'title' }, ...happened(now, blockedSays(run, about))],
      fields: [listField('choice', 'What now', options)],
    })
  },
  submit: (dialog, state) => {
    const about = dialog.about
    switch (valueOf(dialog, 'choice')) {
      case 'retry':
        if (about !== null && !isDoubtful(state.run, about)) return { kind: 'ask', ask: { kind: 'retry', step: about } }
        return { kind: 'open', dialog: 'retry', about }
      case 'end':
        return endAsked(state.run, about)
      case 'skip':
        return { kind: 'open', dialog: 'skip', about }
      case 'put back':
        return { kind: 'open', dialog: 'undo', about }
      case 'undo':
        return { kind: 'open', dialog: 'undo', about: null }
      case 'hold':
        return { kind: 'open', dialog: 'hold', about: null }
      default:
        return { kind: 'close' }
    }
  },
}

/** A step that destroys something, or may have happened already, is repeated only by typing. */
export const retryDialog: DialogSpec = {
  draft: ({ run }, about) => {
    const { now } = stepOf(run, about)
    const name = run.run?.environment ?? ''
    return form('Retry a step that may do harm twice', 'Retry', {
      says: [
        { text: stepTitle(run, about ?? ''), tone: 'title' },
        ...happened(now),
        {
          text: 'Looked at again before anything is done. If it had happened and cannot be seen, it happens twice.',
          tone: 'warn',
        },
      ],
      fields: [typedField('environment', `Environment: type ${name}`, name)],
      destructive: true,
    })
  },
  submit: dialog => ({ kind: 'ask', ask: { kind: 'retry', step: dialog.about ?? '' } }),
}

export const skipDialog: DialogSpec = {
  draft: ({ run }, about) => {
    const { step, now } = stepOf(run, about)
    return form('Skip a step', 'Skip it', {
      says: [
        { text: stepTitle(run, about ?? ''), tone: 'title' },
        ...happened(now),
        { text: `Left out: ${step?.leaves ?? 'what it would have done'}. The checklist shows it red.`, tone: 'warn' },
      ],
      fields: [textField('reason', 'Reason')],
    })
  },
  submit: dialog => ({
    kind: 'ask',
    ask: { kind: 'skip', step: dialog.about ?? '', reason: valueOf(dialog, 'reason') },
  }),
}

export const undoDialog: DialogSpec = {
  draft: ({ run }, about) => {
    const instance = about === null ? null : instanceIn(run, about)
    if (instance !== null) return putBackDraft(instance)
    const done = planSteps(run).filter(({ id }) => run.steps[id]?.status === 'ok')
    return form('Undo what was done', 'Make the plan', {
      says: [
        { text: 'A new plan puts back what this one changed. Nothing happens before it is read and approved.' },
        ...done.map(({ title }) => ({ text: `Done so far: ${title}` })),
      ],
    })
  },
  submit: ({ about }) => ({ kind: 'ask', ask: { kind: 'undo', step: about } }),
}

/** Only where something was done to that service, and nothing else still needs it stopped. */
function putBackOption(run: RunState, about: string | null): readonly { value: string; label: string }[] {
  const instance = about === null ? null : instanceIn(run, about)
  if (instance === null || run.plan === null || whyNotPutBack(run.plan.plan, run.steps, about ?? '') !== null) return []
  return [{ value: 'put back', label: `Put ${instance.service} on ${instance.host} back as it was; the rest goes on` }]
}

function putBackDraft({ service, host }: Instance): Draft {
  return form(`Put ${service} on ${host} back`, 'Make the plan', {
    says: [
      {
        text: `A new plan puts back what stood there before, and goes on with the rest. Nothing happens before it is read and approved.`,
      },
      { text: 'Versions are mixed then, and the checklist stays red until that one is rolled back too.', tone: 'warn' },
    ],
  })
}

function instanceIn(run: RunState, about: string): Instance | null {
  const { step } = stepOf(run, about)
  return step === undefined ? null : instanceOf(step)
}

function isDoubtful(run: RunState, id: string): boolean {
  const { step, now } = stepOf(run, id)
  return step?.risk === 'destructive' || (now?.status === 'unknown' && now.repeat === 'never')
}

function stepOf(
  run: RunState,
  id: string | null,
): { readonly step: Step | undefined; readonly now: StepState | undefined } {
  return { step: planSteps(run).find(step => step.id === id), now: run.steps[id ?? ''] }
}

/** `besides`: what has to be read right after it. */
function happened(now: StepState | undefined, besides: readonly Said[] = []): readonly Said[] {
  if (now?.unknown != null) {
    const found = now.unknown.probe === null ? 'not looked at yet' : `looking found: ${now.unknown.probe}`
    return [{ text: `Nobody knows whether it happened: ${now.unknown.why}; ${found}. ${now.says ?? ''}`, tone: 'warn' }]
  }
  const [what, ...rest] = faultSays(now?.fault ?? null)
  return what === undefined ? besides : [what, ...besides, ...rest]
}

export function faultSays(fault: Fault | null): readonly Said[] {
  if (fault === null) return []
  return [
    { text: fault.what, tone: 'bad' },
    ...(fault.detail === undefined || fault.blocked !== undefined ? [] : [{ text: fault.detail }]),
    { text: fault.means },
    { text: fault.next, tone: 'accent' },
  ]
}
