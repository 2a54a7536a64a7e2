import type { RunState } from './run-state.ts'
import { lastSettledAt, stepsDone } from './steps.ts'
import { betweenMs, clockText, plusMs } from './times.ts'

/** By when users are to be served again, and whether they were: `at` is when the last step of the plan was done. */
export type Objective = {
  readonly withinMs: number
  /** When the impact began, or, where nobody knows, when the run was opened. */
  readonly from: string
  readonly until: string
  readonly at: string | null
}

/** Null: the manifest names none, or the run is not open. */
export function objectiveOf(state: RunState): Objective | null {
  const withinMs = state.run?.manifest.timing.recoveryMs
  if (state.run === null || withinMs === undefined) return null
  const from = state.decision?.beganAt ?? state.run.openedAt
  return { withinMs, from, until: plusMs(from, withinMs), at: stepsDone(state) ? lastSettledAt(state) : null }
}

/** `22:18 left of 1:00:00`, `missed by 3:10`, `met in 37:42 of 1:00:00`. */
export function objectiveWords({ withinMs, from, until, at }: Objective, now: string): string {
  const whole = clockText(withinMs)
  if (at !== null && at <= until) return `met in ${clockText(betweenMs(from, at))} of ${whole}`
  const reached = at ?? now
  return reached <= until
    ? `${clockText(betweenMs(now, until))} left of ${whole}`
    : `missed by ${clockText(betweenMs(until, reached))}`
}
