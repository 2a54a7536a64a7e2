import { attemptsOf } from './attempts.ts'
import type { Line } from './event.ts'
import type { Facts } from './facts.ts'
import type { Timing } from './manifest.ts'
import { sameStep, sizeOf, waitMs } from './planner/same-step.ts'
import { betweenMs } from './times.ts'

/** What earlier runs of the same environment took, newest first. `notRead`: those that tell nothing, in words. */
export type Past = { readonly runs: readonly PastRun[]; readonly notRead: readonly string[] }

export type PastRun = { readonly run: string; readonly took: readonly Took[] }

/** A step that was done. `ms`: beyond what it had to wait. `size`: rows or bytes it went over; null: not known. */
export type Took = { readonly key: string; readonly ms: number; readonly size: number | null }

/** From a run's journal, in its order. What was so already took nothing, and what failed tells nothing. */
export function tookIn(lines: readonly Line[]): readonly Took[] {
  let timing: Timing | null = null
  let facts: Facts | null = null
  for (const { event } of lines) {
    if (event.kind === 'run.opened') timing = event.manifest.timing
    if (event.kind === 'facts.gathered') facts = event.facts
  }
  return attemptsOf(lines).flatMap(({ command, outcome, begunAt, endedAt }): readonly Took[] => {
    if (command === null || outcome !== 'ok' || endedAt === null || timing === null) return []
    const ms = Math.max(0, betweenMs(begunAt, endedAt) - waitMs(command, timing))
    return [{ key: sameStep(command), ms, size: facts === null ? null : sizeOf(command, facts) }]
  })
}
