import type { Step } from './plan.ts'
import type { Stage } from './event.ts'
import type { RunState, StepState } from './run-state.ts'

/** Settled well enough for the steps that need it. */
export function isPast(step: StepState | undefined): boolean {
  return step !== undefined && (step.status === 'ok' || step.status === 'already' || step.status === 'skipped')
}

export function planSteps(state: RunState): readonly Step[] {
  return state.plan?.plan.steps ?? []
}

/** As people read it; its id where the plan has no such step. */
export function stepTitle(state: RunState, id: string): string {
  return planSteps(state).find(step => step.id === id)?.title ?? id
}

export function stepsDone(state: RunState): boolean {
  return (
    state.plan !== null && state.plan.approved !== null && planSteps(state).every(step => isPast(state.steps[step.id]))
  )
}

/** When the last of the plan's steps was settled; null: none is. */
export function lastSettledAt(state: RunState): string | null {
  const ends = planSteps(state).flatMap(({ id }) => state.steps[id]?.settledAt ?? [])
  return ends.sort().at(-1) ?? null
}

/** The first step, in the plan's order, that stands like this. */
export function firstStep(state: RunState, status: StepState['status']): StepState | null {
  for (const step of planSteps(state)) {
    const now = state.steps[step.id]
    if (now?.status === status) return now
  }
  return null
}

/** Steps of an approved plan whose needs are met and that nobody has begun. */
export function readySteps(state: RunState): readonly Step[] {
  if (state.plan === null || state.plan.approved === null) return []
  return planSteps(state).filter(
    step => state.steps[step.id]?.status === 'waiting' && step.needs.every(need => isPast(state.steps[need])),
  )
}

/** A destructive step starts only with somebody at the helm, unless the approval said "unattended until". */
export function maySpend(state: RunState, step: Step, now: string): boolean {
  if (step.risk !== 'destructive' || state.helm.holder !== null) return true
  const until = state.plan?.approved?.unattendedUntil ?? null
  return until !== null && now < until
}

export function stageOf(state: RunState): Stage {
  if (state.plan === null || state.plan.approved === null) return 'before'
  return stepsDone(state) ? 'after' : 'during'
}

/** Services the run has stopped and not yet started again, by this plan or by the one before it. */
export function servicesDown(state: RunState): readonly string[] {
  const down = new Set<string>()
  const planned = new Map(planSteps(state).map(({ id, command }) => [id, command]))
  const bySettling = Object.values(state.steps)
    .filter(step => isPast(step) && step.status !== 'skipped')
    .sort((a, b) => a.seq - b.seq)
  for (const { id, command: begun } of bySettling) {
    const command = begun ?? planned.get(id)
    if (command?.kind === 'service.stop') down.add(`${command.service}@${command.host}`)
    if (command?.kind === 'service.start') down.delete(`${command.service}@${command.host}`)
  }
  return [...down].sort()
}
