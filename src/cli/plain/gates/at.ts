import type { Gate } from '../../../state/run-state.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { assessMoment } from './assess.ts'
import { followUpMoment } from './follow-up.ts'
import type { Moment, Seen } from './moment.ts'
import { planFailedMoment, planMoment } from './plan.ts'
import { troubleMoment } from './trouble.ts'
import { validateMoment } from './validate.ts'
import { heldMoment, lostHelmMoment, nobodyMoment, secondPersonMoment } from './waiting.ts'

/** Each gate, and where it is told: phase by phase. */
export function momentOf(state: ConsoleState, gate: Gate, seen: Seen): Moment {
  const { holder } = state.run.helm
  if (holder !== null && holder.console !== state.me.console) return lostHelmMoment(state)
  switch (gate.kind) {
    case 'decide':
      return assessMoment(state)
    case 'approve':
      return planMoment(state, seen)
    case 'second person':
      return secondPersonMoment(state)
    case 'plan failed':
      return planFailedMoment(state)
    case 'failure':
    case 'unknown':
      return troubleMoment(state, gate.step)
    case 'held':
      return heldMoment(state, gate.reason)
    case 'nobody at the helm':
      return nobodyMoment(state, gate)
    case 'validate':
      return validateMoment(state)
    case 'follow up':
      return followUpMoment(state, seen)
  }
}
