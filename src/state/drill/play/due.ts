import type { RunState } from '../../run-state.ts'
import { plusMs } from '../../times.ts'
import type { DrillState } from './drill-state.ts'
import type { Inject, Moment, Scenario } from '../scenario.ts'

export function scenarioOf(state: RunState): Scenario | null {
  return state.run?.purpose.kind === 'drill' ? state.run.purpose.scenario : null
}

/** Whether this moment has come, in any of the runs that are played. */
export function hasCome(moment: Moment, drill: DrillState, now: string): boolean {
  if (drill.began === null) return false
  if (moment.kind === 'time') return plusMs(drill.began, moment.afterMs) <= now
  const { phase, step } = moment
  return Object.values(drill.played).some(run =>
    step === null ? run.phases[phase] !== undefined : run.steps[step] !== undefined,
  )
}

/** Of an inject: its moment has come, or somebody fired it, and nobody holds it back. */
export function isDue(inject: Inject, drill: DrillState, now: string): boolean {
  if (drill.fired[inject.id] !== undefined) return true
  return !drill.held.includes(inject.id) && hasCome(inject.when, drill, now)
}

/** When the drill is over, whatever happened. Null: its clock does not run yet. */
export function deadlineOf(state: RunState): string | null {
  const began = state.drill?.began ?? null
  const deadlineMs = scenarioOf(state)?.deadlineMs ?? null
  return began === null || deadlineMs === null ? null : plusMs(began, deadlineMs)
}
