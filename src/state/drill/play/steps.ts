import { houseStep } from '../../house-steps.ts'
import type { Step } from '../../plan.ts'
import type { RunState, StepState } from '../../run-state.ts'
import type { InjectFault } from '../command.ts'
import type { Inject } from '../scenario.ts'
import { notBegun } from './drill-state.ts'
import { isDue, scenarioOf } from './due.ts'

const injectMs = 60_000
const undoMs = 120_000

export function injectStep(inject: Inject): Step {
  return { ...houseStep(injectId(inject.id), 1, faultOf(inject)), deadlineMs: injectMs }
}

/** Of what was put there, as it was put there. */
export function undoStep(injected: InjectFault): Step {
  return { ...houseStep(undoId(injected.inject), 1, { kind: 'drill.undo', injected }), deadlineMs: undoMs }
}

export function injectId(inject: string): string {
  return `inject.${inject}`
}

export function undoId(inject: string): string {
  return `undo.${inject}`
}

/**
 * Every fault that may be at a target: begun to be put there, or found there. Newest first: that is the order they are taken back
 * in.
 */
export function injectedFaults(state: RunState): readonly InjectFault[] {
  const injects = new Map(scenarioOf(state)?.injects.map(inject => [injectId(inject.id), inject]))
  return Object.values(state.steps)
    .flatMap(step => {
      if (step.command?.kind === 'drill.inject') return [step.command]
      const inject = injects.get(step.id)
      return inject !== undefined && isThere(step) ? [faultOf(inject)] : []
    })
    .reverse()
}

/** It was done, or was so already. */
export function isThere(step: StepState | undefined): boolean {
  return step?.status === 'ok' || step?.status === 'already'
}

function faultOf({ id, fault, target, settings, expiresMs }: Inject): InjectFault {
  return { kind: 'drill.inject', inject: id, fault, target, settings, expiresMs: expiresMs ?? 0 }
}

/** A fault whose moment has come is on its way, and nobody knows yet whether it is there. */
export function isUnderWay(state: RunState, now: string): boolean {
  const { drill = notBegun } = state
  return (scenarioOf(state)?.injects ?? []).some(
    inject =>
      inject.fault !== 'event' &&
      isDue(inject, drill, now) &&
      !['ok', 'already', 'failed'].includes(state.steps[injectId(inject.id)]?.status ?? 'waiting'),
  )
}
