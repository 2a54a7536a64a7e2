import { choices, type Severity } from '../../state/event.ts'
import { oneLine } from '../../state/text.ts'
import type { ConsoleState } from '../../state/store.ts'
import { firstChangeAt } from '../../state/assessment.ts'
import { detectionOf } from '../../state/detection.ts'
import { lastTimeOf, plusMs, timeOfDay } from '../../state/times.ts'
import { valueOf, type DialogSpec } from './dialog.ts'
import { form, pickField, textField } from './fields.ts'
import { openingSays } from './told.ts'

const severities: readonly Severity[] = ['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5']

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
        textField('began', 'Impact began, hh:mm UTC', began(state)),
        textField('noticed', 'Noticed, hh:mm UTC and by what'),
        textField('objections', 'Strong objections, asked for'),
        textField('minutes', 'Turn back after, minutes', turnBackMinutes(state)),
      ],
    })
  },
  submit: (dialog, state) => {
    const minutes = valueOf(dialog, 'minutes').trim()
    if (minutes !== '' && !/^[1-9]\d{0,3}$/.test(minutes)) {
      return { kind: 'missing', says: 'The turn-back time is a number of minutes, or empty for none.' }
    }
    const beganAt = lastTimeOf(valueOf(dialog, 'began').trim(), state.now)
    if (beganAt === undefined)
      return { kind: 'missing', says: 'When it began reads like 02:51, in UTC; or it is empty, if nobody knows.' }
    const detected = detectionOf(valueOf(dialog, 'noticed'), state.now)
    if (detected === undefined)
      return { kind: 'missing', says: 'When it was noticed reads like: 02:58 the pager. Either may be left out.' }
    const severity = severities.find(one => one === valueOf(dialog, 'severity')) ?? 'SEV-3'
    const choice = choices.find(one => one === valueOf(dialog, 'choice')) ?? 'nothing'
    const turnBackAt = minutes === '' ? null : plusMs(state.now, Number(minutes) * 60_000)
    const [reason = '', scope = '', impact = '', objections = ''] = ['reason', 'scope', 'impact', 'objections'].map(
      id => valueOf(dialog, id),
    )
    const decision = {
      severity,
      choice,
      turnBackAt,
      reason,
      scope,
      impact,
      beganAt,
      ...(detected === null ? {} : { detected }),
      objections: objections.trim(),
    }
    return { kind: 'ask', ask: { kind: 'decide', decision } }
  },
}

function impact({ run }: ConsoleState): string {
  const failing = Object.values(run.suites.baseline?.results ?? {}).filter(({ verdict }) => verdict === 'fail')
  if (failing.length === 0) return 'no check fails; not measured beyond that'
  return oneLine(`failing for users: ${failing.map(({ name }) => name).join(', ')}`)
}

/** The earliest change, for a person to correct: users are seldom hurt before it. */
function began({ run }: ConsoleState): string {
  const at = run.facts === null ? null : firstChangeAt(run.facts)
  return at === null ? '' : timeOfDay(at).slice(0, 5)
}

function turnBackMinutes({ run }: ConsoleState): string {
  const ms = run.run?.manifest.timing.turnBackMs ?? 0
  return ms > 0 ? String(Math.max(1, Math.round(ms / 60_000))) : ''
}
