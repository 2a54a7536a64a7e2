import type { Choice, Severity } from '../../state/event.ts'
import { oneLine } from '../../state/text.ts'
import type { ConsoleState } from '../../state/store.ts'
import { later } from '../text/time.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { form, pickField, textField } from './fields.ts'
import { openingSays } from './told.ts'

const severities: readonly Severity[] = ['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5']
const choices: readonly Choice[] = [
  'roll back',
  'switch a flag off',
  'configuration only',
  'roll forward',
  'hold',
  'nothing',
]

/** Prefilled with what the facts say, so that it can be gone through with Enter and corrected where it is wrong. */
export const decideDialog: DialogSpec = {
  draft: state => {
    const proposed = state.run.proposed
    const why = oneLine(proposed?.why ?? '')
    return form('Decide', 'Record the decision', {
      says: [{ text: `Proposed: ${proposed?.severity ?? 'nothing'}. ${why}` }, ...openingSays(state)],
      fields: [
        pickField('severity', 'Severity', severities, proposed?.severity ?? 'SEV-3'),
        textField('scope', 'Scope', oneLine(proposed?.scope ?? '')),
        textField('impact', 'Impact', impact(state)),
        pickField('choice', 'Choice', choices, 'roll back'),
        textField('reason', 'Reason', why),
        textField('minutes', 'Turn back after, minutes', turnBackMinutes(state)),
      ],
    })
  },
  submit: (dialog, state) => {
    const minutes = valueOf(dialog, 'minutes').trim()
    if (minutes !== '' && !/^[1-9]\d{0,3}$/.test(minutes)) {
      return { kind: 'missing', says: 'The turn-back time is a number of minutes, or empty for none.' }
    }
    const severity = severities.find(one => one === valueOf(dialog, 'severity')) ?? 'SEV-3'
    const choice = choices.find(one => one === valueOf(dialog, 'choice')) ?? 'nothing'
    const turnBackAt = minutes === '' ? null : later(state.now, Number(minutes))
    const [reason, scope, impact] = ['reason', 'scope', 'impact'].map(id => valueOf(dialog, id))
    const words = { reason: reason ?? '', scope: scope ?? '', impact: impact ?? '' }
    return { kind: 'ask', ask: { kind: 'decide', decision: { severity, choice, turnBackAt, ...words } } }
  },
}

function impact({ run }: ConsoleState): string {
  const failing = Object.values(run.suites.baseline?.results ?? {}).filter(({ verdict }) => verdict === 'fail')
  if (failing.length === 0) return 'no check fails; not measured beyond that'
  return oneLine(`failing for users: ${failing.map(({ name }) => name).join(', ')}`)
}

function turnBackMinutes({ run }: ConsoleState): string {
  const ms = run.run?.manifest.timing.turnBackMs ?? 0
  return ms > 0 ? String(Math.max(1, Math.round(ms / 60_000))) : ''
}
