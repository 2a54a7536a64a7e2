import { checklist, type ItemState } from '../state/checklist.ts'
import { phases } from '../state/phases.ts'
import type { RunState } from '../state/run-state.ts'
import { planSteps } from '../state/steps.ts'
import { phaseStatus } from '../state/selectors.ts'

/** One line per phase: what it came to. */
export function phaseLines(state: RunState): readonly string[] {
  const status = phaseStatus(state)
  return phases.map(
    ({ number, name }) => `${number} ${name.padEnd(9)} ${status[number].padEnd(8)} ${cameTo(state, number)}`,
  )
}

function cameTo(state: RunState, phase: number): string {
  const { plan, decision } = state
  switch (phase) {
    case 1:
      return decision === null ? '' : `${decision.severity}, ${decision.choice}: ${decision.reason}`
    case 2:
      return plan === null
        ? (state.planFault?.what ?? '')
        : `${plan.plan.from} -> ${plan.plan.target.version}, ${plan.plan.order}, plan ${plan.hash}${plan.approved === null ? '' : `, approved by ${plan.approved.by}`}`
    case 3:
    case 4: {
      const steps = planSteps(state).filter(step => step.phase === phase)
      const done = steps.filter(({ id }) => ['ok', 'already'].includes(state.steps[id]?.status ?? ''))
      return `${done.length} of ${steps.length} steps done`
    }
    case 5: {
      const results = Object.values(state.suites.after?.results ?? {})
      const passed = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'degraded')
      return `${passed.length} of ${results.length} checks pass${state.accepted === null ? '' : `, accepted by ${state.accepted.by}`}`
    }
    default: {
      const items = checklist(state)
      return `checklist ${items.filter(({ state: is }) => is === 'green' || is === 'signed').length} of ${items.length}`
    }
  }
}

const marks: Readonly<Record<ItemState, string>> = {
  green: '✓ green',
  red: '✗ red',
  open: '○ open',
  signed: '◐ signed',
}

/** The eight points, each with its evidence. */
export function checklistLines(state: RunState): readonly string[] {
  const items = checklist(state)
  const done = items.filter(({ state: is }) => is === 'green' || is === 'signed')
  return [
    `Checklist ${done.length} of ${items.length}`,
    ...items.map(({ title, state: is, evidence }) => `${marks[is].padEnd(9)} ${title}: ${evidence}`),
  ]
}
