import type { Line } from './event.ts'
import type { RunState } from './run-state.ts'
import { timeOfDay } from './times.ts'

/** Through a run's journal: a line or a phase at a time, or all the way. */
export type Walk = 'back' | 'on' | 'phase back' | 'phase on' | 'start' | 'present'

/** The run as it was once its line `seq` of `of` was written, and the lines before that. */
export type Past = {
  readonly seq: number
  readonly of: number
  /** How many there were when this one was walked to. */
  readonly since: number
  /** What wants this console's person in the present, as `asSeen` finds it. */
  readonly meanwhile?: string
  readonly run: RunState
  readonly lines: readonly Line[]
}

/** From which line to which; null: to the present. `phases`: the lines that a phase begins with, in their order. */
export function walkTo(to: Walk, seq: number, of: number, phases: readonly number[]): number | null {
  const next = unbounded(to, seq, phases)
  return next === null || next >= of ? null : Math.max(1, next)
}

function unbounded(to: Walk, seq: number, phases: readonly number[]): number | null {
  switch (to) {
    case 'back':
      return seq - 1
    case 'on':
      return seq + 1
    case 'phase back':
      return phases.findLast(first => first < seq) ?? 1
    case 'phase on':
      return phases.find(first => first > seq) ?? null
    case 'start':
      return 1
    case 'present':
      return null
  }
}

/** `12:03:41, line 120 of 480` */
export function pastWords({ seq, of, run }: Past): string {
  return `${timeOfDay(run.at)}, line ${seq} of ${of}`
}
