import { changeOf, isBad } from '../../../state/check-change.ts'
import { impactOf } from '../../../state/impact.ts'
import type { RunState } from '../../../state/run-state.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { spanText } from '../../../state/times.ts'
import { undoAsk } from '../../../ui/keys/asks.ts'
import { section, told } from '../told.ts'
import { checkText } from './facts.ts'
import { askWay, formWay, readWay, stopWay, type Moment } from './moment.ts'

/** Phase 5: what does not pass, with what was expected and what was got. */
export function validateMoment(state: ConsoleState): Moment {
  const { run } = state
  const results = Object.values(run.suites.after?.results ?? {})
  const bad = results.filter(isBad)
  return {
    tells: [
      told.head(`5 Validate: ${results.length - bad.length} of ${results.length} checks pass`),
      ...section('Do not pass', checkTexts(run, bad)),
      ...section(
        'What users met',
        impactOf(run).map(
          ({ name, downMs }) => `${name}: ${downMs === 0 ? 'was never down' : `was down for ${spanText(downMs)}`}`,
        ),
      ),
    ],
    ways: [
      formWay(
        state,
        'accept',
        bad.length === 0 ? 'accept the rollback' : 'accept it all the same, with a reason',
        'accept',
        {
          kind: 'accept validation',
          reason: 'why',
        },
      ),
      readWay('checks', 'every check, before and after', section('Checks', checkTexts(run, results))),
      askWay(state, 'again', 'run the checks again', { kind: 'check again' }),
      formWay(state, 'undo', 'put back what was done, by a plan of its own', 'undo', undoAsk()),
      stopWay(state),
    ],
    otherwise: bad.length === 0 ? 'accept' : null,
  }
}

function checkTexts({ suites }: RunState, results: readonly Parameters<typeof checkText>[0][]): readonly string[] {
  return results.map(result => {
    const change = changeOf(suites.baseline?.results[result.name], result)
    return `${checkText(result)}${change === 'same' || change === 'new' ? '' : `; against before: ${change}`}`
  })
}
