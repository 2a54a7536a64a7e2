import type { RunEvent } from '../../event.ts'
import type { RunState } from '../../run-state.ts'
import { betweenMs } from '../../times.ts'
import type { InjectFault } from '../command.ts'
import { reachOf } from '../rules/reach.ts'
import { deadlineOf, scenarioOf } from './due.ts'
import type { DrillEnd } from './event.ts'

/** Whoever leads a drill ends it at its deadline; a while later somebody else does. */
const graceMs = 15_000

/** Taking back and looking at the steady state take minutes where targets do not answer, and no more. */
const endingMs = 20 * 60_000

export type TakeOver = { readonly why: Extract<DrillEnd, 'deadline' | 'beyond' | 'lost'>; readonly words: string }

export const leaderGone: TakeOver = { why: 'lost', words: 'the process that led it ended' }

/** A fault as its target tells of it. */
type Seen = { readonly run: string; readonly injected: InjectFault }

/** Why the process that leads a drill has to end, and another to take everything back. Null: it may go on. */
export function whyTakenOver(state: RunState, seen: readonly Seen[], now: string): TakeOver | null {
  const scenario = scenarioOf(state)
  if (scenario === null || state.run === null || state.closed !== null) return null
  const { manifest, id } = state.run
  const ending = state.drill?.ending ?? null
  if (ending !== null) {
    // One that took it over has its own time for that.
    const since = [ending.at, state.engine?.since ?? ''].sort().at(-1) ?? ending.at
    return betweenMs(since, now) < endingMs ? null : leaderGone
  }
  for (const { injected } of seen.filter(({ run }) => run === id)) {
    const outside = reachOf(injected.target, manifest).filter(
      ([kind, name]) => !scenario.blastRadius[kind].includes(name),
    )
    const names = outside.map(([kind, name]) => `${kind.slice(0, -1)} ${name}`).join(', ')
    if (names !== '') return { why: 'beyond', words: `${injected.inject} is at ${names}, beyond the blast radius` }
  }
  const deadline = deadlineOf(state)
  if (deadline === null || betweenMs(deadline, now) < graceMs) return null
  return { why: 'deadline', words: `it was to be over by ${deadline}, and the process that led it went on` }
}

/**
 * What whoever takes a drill over writes first. What was being done is in doubt, and the drill ends: nobody knows what was
 * missed meanwhile.
 */
export function takenOver(state: RunState, { why, words }: TakeOver): readonly RunEvent[] {
  const doubts = Object.values(state.steps)
    .filter(({ status }) => status === 'running')
    .map(({ id, attempt }): RunEvent => ({ kind: 'step.unknown', step: id, attempt, why: 'the engine ended' }))
  return (state.drill?.ending ?? null) === null ? [...doubts, { kind: 'drill.ending', why, words }] : doubts
}
