import { houseStep } from '../../house-steps.ts'
import type { Step } from '../../plan.ts'
import type { RunState } from '../../run-state.ts'
import type { InjectFault } from '../command.ts'
import type { Inject } from '../scenario.ts'

const injectMs = 60_000
const undoMs = 120_000

export function injectStep(inject: Inject): Step {
  return { ...houseStep(injectId(inject.id), 1, faultOf(inject)), deadlineMs: injectMs }
}

/** Of what was put there, as it was put there. */
export function undoStep(injected: InjectFault): Step {
  return { ...houseStep(`undo.${injected.inject}`, 1, { kind: 'drill.undo', injected }), deadlineMs: undoMs }
}

export function injectId(inject: string): string {
  return `inject.${inject}`
}

/** Every fault that was ever begun to be put at a target, newest first: that is the order they are taken back in. */
export function injectedFaults(state: RunState): readonly InjectFault[] {
  return Object.values(state.steps)
    .flatMap(({ command }) => (command?.kind === 'drill.inject' ? [command] : []))
    .reverse()
}

function faultOf({ id, fault, target, settings, expiresMs }: Inject): InjectFault {
  return { kind: 'drill.inject', inject: id, fault, target, settings, expiresMs: expiresMs ?? 0 }
}
