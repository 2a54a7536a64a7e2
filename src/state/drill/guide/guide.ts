import { gateOf } from '../../gates.ts'
import { phaseName } from '../../phases.ts'
import type { RunState } from '../../run-state.ts'
import { phaseOf } from '../../selectors.ts'
import { scenarioOf } from '../play/due.ts'
import { deciding, opening } from './assess.ts'
import { closed, followingUp, notRolledBack } from './follow-up.ts'
import { approving, planFailed, planning, secondPerson } from './plan.ts'
import type { GuideTold } from './told.ts'
import { doubt, failure, held, nobody } from './trouble.ts'
import { checking, validating } from './validate.ts'
import { database, services } from './work.ts'

export type Guide = GuideTold & { readonly title: string }

/** What whoever is at the helm for the first time has to know at this moment. Of a drill it knows what they know, and no more. */
export function guideOf(run: RunState, drill: RunState | null): Guide {
  const phase = phaseOf(run)
  const told = toldAt(run, drill)
  return { ...told, title: `${phase} of 6, ${phaseName(phase)}: ${told.what}` }
}

function toldAt(run: RunState, drill: RunState | null): GuideTold {
  if (run.closed !== null || run.closing !== null) return closed(run, drill)
  const gate = gateOf(run)
  switch (gate?.kind) {
    case 'decide':
      return deciding(run, briefing(drill))
    case 'approve':
      return run.plan === null ? planning(run) : approving(run.plan)
    case 'second person':
      return secondPerson(run)
    case 'plan failed':
      return planFailed(run)
    case 'failure':
      return failure(run, gate.step, gate.id)
    case 'unknown':
      return doubt(run, gate.step, gate.id)
    case 'held':
      return held(run)
    case 'nobody at the helm':
      return nobody(run, gate.step)
    case 'validate':
      return validating(run)
    case 'follow up':
      return run.decision?.choice === 'roll back' ? followingUp(run) : notRolledBack(run)
    case undefined:
      return atWork(run, drill)
  }
}

function atWork(run: RunState, drill: RunState | null): GuideTold {
  switch (phaseOf(run)) {
    case 1:
      return opening(run, briefing(drill))
    case 2:
      return planning(run)
    case 3:
      return services(run)
    case 4:
      return database(run)
    case 5:
      return checking(run)
    case 6:
      return followingUp(run)
  }
}

function briefing(drill: RunState | null): readonly string[] {
  const told = drill === null ? null : (scenarioOf(drill)?.briefing ?? null)
  return told === null ? [] : [`You were told: ${told}`]
}
