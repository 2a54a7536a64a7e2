import { nextAsk } from '../../../ui/keys/asks.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { section, told } from '../told.ts'
import { factsTold } from './facts.ts'
import { formWay, readWay, stopWay, type Moment } from './moment.ts'

/** Phase 1: what is known, and the decision. */
export function assessMoment(state: ConsoleState): Moment {
  const { run, proposed } = state.run
  const scope = proposed === null || proposed.scope === '' ? '' : `; it concerns ${proposed.scope}`
  return {
    tells: [
      told.head(`1 Assess: ${run?.environment ?? ''} (${(run?.class ?? '').toUpperCase()})`),
      ...factsTold(state, false),
      ...section('Proposed', proposed === null ? [] : [`severity ${proposed.severity}: ${proposed.why}${scope}`]),
    ],
    ways: [
      formWay(
        state,
        'decide',
        'severity, choice, reason, and what else is recorded with it',
        'decide',
        nextAsk(state.run),
      ),
      readWay('facts', 'all that is known of services, checks and databases', factsTold(state, true)),
      stopWay(state),
    ],
    otherwise: 'decide',
  }
}
