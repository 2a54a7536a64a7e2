import { instanceKey, type InstanceKey } from './facts.ts'
import { gateOf } from './gates.ts'
import { phases, type PhaseNumber } from './phases.ts'
import type { RunState } from './run-state.ts'
import { isPast, planSteps, stepsDone } from './steps.ts'

export type PhaseStatus = 'done' | 'now' | 'ahead' | 'failed' | 'skipped'

/** Derived: 3 and 4 interleave, so the phase is that of the first step not yet past. */
export function phaseOf(state: RunState): PhaseNumber {
  if (state.decision === null) return 1
  if (state.decision.choice !== 'roll back') return 6
  if (state.plan === null || state.plan.approved === null) return 2
  if (!stepsDone(state)) return planSteps(state).find(step => !isPast(state.steps[step.id]))?.phase ?? 3
  return state.accepted === null ? 5 : 6
}

export function phaseStatus(state: RunState): Readonly<Record<PhaseNumber, PhaseStatus>> {
  const now = phaseOf(state)
  const entries = phases.map(({ number }): [PhaseNumber, PhaseStatus] => [number, statusOf(state, number, now)])
  return Object.fromEntries(entries) as Record<PhaseNumber, PhaseStatus>
}

function statusOf(state: RunState, phase: PhaseNumber, now: PhaseNumber): PhaseStatus {
  const rolledBack = state.decision === null || state.decision.choice === 'roll back'
  if (!rolledBack && phase > 1 && phase < 6) return 'skipped'
  if (state.closed !== null) return phase <= now ? 'done' : 'skipped'
  if (phase === 3 || phase === 4) return workStatus(state, phase, now)
  if (phase === now) return gateOf(state)?.kind === 'plan failed' ? 'failed' : 'now'
  return phase < now ? 'done' : 'ahead'
}

function workStatus(state: RunState, phase: 3 | 4, now: PhaseNumber): PhaseStatus {
  const steps = planSteps(state).filter(step => step.phase === phase)
  if (steps.some(step => ['failed', 'unknown'].includes(state.steps[step.id]?.status ?? ''))) return 'failed'
  if (now < 3) return 'ahead'
  if (steps.length === 0) return now > 4 ? 'skipped' : 'ahead'
  if (steps.every(step => isPast(state.steps[step.id]))) return 'done'
  return phase === now || steps.some(step => (state.steps[step.id]?.status ?? 'waiting') !== 'waiting')
    ? 'now'
    : 'ahead'
}

/** Every service on every host, in the manifest's order. */
export function instances(
  state: RunState,
): readonly { readonly key: InstanceKey; readonly service: string; readonly host: string }[] {
  const services = Object.entries(state.run?.manifest.services ?? {})
  return services.flatMap(([service, { hosts }]) =>
    hosts.map(host => ({ key: instanceKey({ service, host }), service, host })),
  )
}
