import type { EventKind, Line } from '../../state/event.ts'
import type { RunState } from '../../state/run-state.ts'
import { objectiveOf, objectiveWords } from '../../state/objective.ts'
import { planSteps, stepsDone } from '../../state/steps.ts'
import { betweenMs, clockText } from '../../state/times.ts'
import type { Attempt } from '../../state/attempts.ts'
import { asked, facts, row, table, type Section } from '../block.ts'
import { phaseTimes } from '../phase-times.ts'

export function times(state: RunState, lines: readonly Line[], attempts: readonly Attempt[]): Section {
  const first = (kind: EventKind): string => lines.find(({ event }) => event.kind === kind)?.ts ?? ''
  const phase = phaseTimes(state)
  const opened = state.run?.openedAt ?? ''
  const began = state.decision?.beganAt ?? ''
  const detected = state.decision?.detected
  const objective = objectiveOf(state)
  const all: readonly (readonly [string, string])[] = [
    ['Impact began (as decided)', began],
    [
      `Detected (as decided)${detected?.by === undefined || detected.by === '' ? '' : `: ${detected.by}`}`,
      detected?.at ?? '',
    ],
    ['Declared (run opened)', opened],
    ['Assessed', first('facts.gathered')],
    ['Decided', first('decision.made')],
    ['Plan approved', first('plan.approved')],
    ['First told', firstTold(attempts)],
    ['Services began', phase[3].from ?? ''],
    ['Services ended', phase[3].to ?? ''],
    ['Database began', phase[4].from ?? ''],
    ['Database ended', phase[4].to ?? ''],
    ['Mitigated (last step done)', mitigatedAt(state, attempts)],
    ['To be recovered by (objective)', objective?.until ?? ''],
    ['Verified (result accepted)', state.accepted?.at ?? ''],
    ['Closed', state.closed?.at ?? ''],
  ]
  const rows = all
    .filter(([, at]) => at !== '')
    .map(([what, at]) => row([what, at, opened === '' ? '' : sinceText(opened, at)]))
  const unsaid = [
    ...(began === '' ? ['When the impact began'] : []),
    ...(detected === undefined ? ['When it was detected, and by what'] : []),
  ]
  return {
    title: 'Times (UTC)',
    blocks: [
      table(['what', 'when', 'since opening'], rows),
      ...(objective === null
        ? []
        : [facts(['Recovery objective', objectiveWords(objective, state.closed?.at ?? state.at)])]),
      ...(unsaid.length === 0 ? [] : [asked(...unsaid)]),
    ],
  }
}

function sinceText(opened: string, at: string): string {
  return at < opened ? `-${clockText(betweenMs(at, opened))}` : `+${clockText(betweenMs(opened, at))}`
}

/** When the last step of the plan was done; empty while one is not. */
export function mitigatedAt(state: RunState, attempts: readonly Attempt[]): string {
  if (!stepsDone(state)) return ''
  const own = new Set(planSteps(state).map(({ id }) => id))
  const ends = attempts.flatMap(({ step, endedAt }) => (own.has(step) && endedAt !== null ? [endedAt] : []))
  return ends.sort().at(-1) ?? ''
}

function firstTold(attempts: readonly Attempt[]): string {
  const told = attempts.filter(({ step, outcome }) => step.startsWith('message.') && outcome === 'ok')
  return told.map(({ endedAt }) => endedAt ?? '').sort()[0] ?? ''
}
