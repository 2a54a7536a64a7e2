import { whyNoTarget } from '../../state/planner/candidates.ts'
import { candidateText, targetsOf } from '../../state/targets.ts'
import { valueOf, type DialogSpec, type Field } from './dialog.ts'
import { form } from './fields.ts'

/** Which release to go back to, as the candidates stood when it opened. The present target is in focus: Enter alone changes nothing. */
export const targetDialog: DialogSpec = {
  draft: ({ run }) => {
    const candidates = targetsOf(run)
    const now = candidates.findIndex(({ target }) => target)
    const options = [
      ...(now < 0 ? [{ value: '', label: 'Go back and look' }] : []),
      ...candidates.map(one => ({ value: one.version, label: candidateText(one) })),
    ]
    const field: Field = { kind: 'list', id: 'target', label: 'Go back to', options, index: Math.max(0, now) }
    return form('Choose another target', 'Plan again for it', {
      says: [
        candidates.length === 0
          ? { text: 'No release is known that could be gone back to.', tone: 'warn' }
          : { text: 'The plan is made again for it, and says what is other than in this one. Nothing is done before.' },
      ],
      fields: [field],
    })
  },
  submit: (dialog, { run }) => {
    const version = valueOf(dialog, 'target')
    if (version === '') return { kind: 'close' }
    if (run.plan?.plan.target.version === version) return { kind: 'missing', says: `${version} is the target already.` }
    const why = whyNoTarget(targetsOf(run), version)
    return why === null ? { kind: 'ask', ask: { kind: 'plan again', version } } : { kind: 'missing', says: why }
  },
}
