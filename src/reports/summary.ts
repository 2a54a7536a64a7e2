import { checklist, isDone } from '../state/checklist.ts'
import { phases, type PhaseNumber } from '../state/phases.ts'
import type { RunState } from '../state/run-state.ts'
import { phaseStatus, type PhaseStatus } from '../state/selectors.ts'
import { isPast, planSteps } from '../state/steps.ts'
import { oneLine } from '../state/text.ts'
import { betweenMs, spanText } from '../state/times.ts'
import { versionsOf } from '../state/versions.ts'
import { marks } from './marks.ts'
import { phaseTimes } from './phase-times.ts'

const width = 160

export type PhaseSum = {
  readonly number: PhaseNumber
  readonly name: string
  readonly status: PhaseStatus
  /** Null: it never began. */
  readonly tookMs: number | null
  readonly cameTo: string
}

/** Each phase: how it stands, how long it took, what it came to. */
export function phaseSums(state: RunState): readonly PhaseSum[] {
  const status = phaseStatus(state)
  const times = phaseTimes(state)
  return phases.map(({ number, name }) => {
    const { from, to } = times[number]
    const tookMs = from === null ? null : betweenMs(from, to ?? state.at)
    return { number, name, status: status[number], tookMs, cameTo: cameTo(state, number) }
  })
}

/** One line per phase. */
export function phaseLines(state: RunState): readonly string[] {
  return phaseSums(state).map(({ number, name, status, tookMs, cameTo: to }) => {
    const took = tookMs === null ? '' : spanText(tookMs)
    return oneLine(`${number} ${name.padEnd(9)} ${status.padEnd(7)} ${took.padStart(7)}  ${to}`, width)
  })
}

/** The eight points, each with its evidence. */
export function checklistLines(state: RunState): readonly string[] {
  const items = checklist(state)
  const done = items.filter(isDone)
  return [
    `Checklist ${done.length} of ${items.length}`,
    ...items.map(({ title, state: is, evidence }) => oneLine(`${marks[is].padEnd(8)}  ${title}: ${evidence}`, 400)),
  ]
}

function cameTo(state: RunState, phase: PhaseNumber): string {
  switch (phase) {
    case 1:
      return assessed(state)
    case 2:
      return planned(state)
    case 3:
    case 4:
      return worked(state, phase)
    case 5:
      return validated(state)
    case 6:
      return followedUp(state)
  }
}

function assessed({ decision, proposed }: RunState): string {
  if (decision !== null) return `${decision.severity}, ${decision.choice}: ${decision.reason}`
  return proposed === null ? '' : `proposed ${proposed.severity}: ${proposed.why}`
}

function planned({ plan, planFault }: RunState): string {
  if (plan === null) return planFault?.what ?? ''
  const { approved, signed } = plan
  const by = [approved?.by ?? signed?.by, approved?.second].filter(name => name !== undefined)
  const signatures = by.length === 0 ? 'not approved' : `approved by ${by.join(' and ')}`
  const open = approved === null && signed !== null ? ', not by a second person yet' : ''
  return `${plan.plan.from} -> ${plan.plan.target.version}, ${plan.plan.order}, plan ${plan.hash}, ${signatures}${open}`
}

function worked(state: RunState, phase: 3 | 4): string {
  const steps = planSteps(state).filter(step => step.phase === phase)
  if (steps.length === 0) return state.plan === null ? '' : 'nothing to do'
  const standing = (wanted: string): number => steps.filter(({ id }) => state.steps[id]?.status === wanted).length
  const [skipped, failed, doubt] = [standing('skipped'), standing('failed'), standing('unknown')]
  const parts = [
    `${steps.filter(({ id }) => isPast(state.steps[id])).length - skipped} of ${steps.length} steps done`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(doubt > 0 ? [`${doubt} in doubt`] : []),
    ...(phase === 3 && versionsOf(state)?.mixed === true ? ['versions mixed'] : []),
  ]
  return parts.join(', ')
}

function validated({ suites, accepted }: RunState): string {
  const results = Object.values(suites.after?.results ?? {})
  if (results.length === 0) return ''
  const passed = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'degraded')
  const over = accepted?.reason == null ? '' : ` over: ${accepted.reason}`
  const by = accepted === null ? '' : `, accepted by ${accepted.by}${over}`
  return `${passed.length} of ${results.length} checks pass${by}`
}

function followedUp(state: RunState): string {
  const items = checklist(state)
  return `checklist ${items.filter(isDone).length} of ${items.length}`
}
