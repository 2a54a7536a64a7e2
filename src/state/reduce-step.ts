import type { Line, RunEvent } from './event.ts'
import type { RunState, StepState } from './run-state.ts'

type StepEvent = Extract<RunEvent, { kind: `step.${string}` }>

export function freshStep(id: string, seq: number): StepState {
  return {
    id,
    status: 'waiting',
    attempt: 0,
    command: null,
    repeat: null,
    begunAt: null,
    settledAt: null,
    says: null,
    observed: null,
    fault: null,
    output: null,
    skipped: null,
    unknown: null,
    seq,
  }
}

export type StepsAfter = (steps: RunState['steps'], event: StepEvent, line: Line) => RunState['steps']

/**
 * Steps after each of several lines, of which only the last state is handed on: they are copied once, and written into from then on.
 * A copy for each line made a run of thousands of steps take many seconds to read.
 */
export function openSteps(): StepsAfter {
  let own: Record<string, StepState> | null = null
  return (steps, event, line) => {
    if (own === null || steps !== own) own = { ...steps }
    own[event.step] = stepAfter(steps[event.step] ?? freshStep(event.step, line.seq), event, line)
    return own
  }
}

export function reduceStep(steps: RunState['steps'], event: StepEvent, line: Line): RunState['steps'] {
  return openSteps()(steps, event, line)
}

function stepAfter(before: StepState, event: StepEvent, line: Line): StepState {
  return { ...before, ...changed(before, event, line), seq: line.seq }
}

function changed(step: StepState, event: StepEvent, line: Line): Partial<StepState> {
  switch (event.kind) {
    case 'step.begun':
      return {
        status: 'running',
        attempt: event.attempt,
        command: event.command,
        repeat: event.repeat,
        begunAt: line.ts,
        settledAt: null,
        says: null,
        fault: null,
        unknown: null,
      }
    case 'step.probed':
      return {
        says: event.says,
        observed: event.observed,
        unknown: step.unknown === null ? null : { ...step.unknown, probe: event.verdict },
      }
    case 'step.settled':
      return {
        status: event.outcome,
        attempt: event.attempt,
        settledAt: line.ts,
        begunAt: step.begunAt ?? line.ts,
        says: event.says,
        observed: event.observed,
        fault: event.fault,
        output: event.output ?? step.output,
        unknown: null,
      }
    case 'step.unknown':
      return { status: 'unknown', unknown: { why: event.why, probe: null } }
    case 'step.retried':
      return { status: 'waiting', fault: null, unknown: null }
    case 'step.skipped':
      return {
        status: 'skipped',
        settledAt: line.ts,
        unknown: null,
        skipped: { reason: event.reason, by: line.actor.name },
      }
  }
}
