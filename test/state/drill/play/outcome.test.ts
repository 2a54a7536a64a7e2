import { expect, test } from 'vitest'
import { isAllTakenBack, isPutRight } from '../../../../src/state/drill/play/outcome.ts'
import { injectStep, undoStep } from '../../../../src/state/drill/play/steps.ts'
import { begun, checkoutCheck, result, settled, type Moment } from '../../../reports/fixture.ts'
import { drillAfter, scenario } from '../played.ts'

const [locks] = scenario.injects.map(injectStep)
if (locks?.command.kind !== 'drill.inject') throw new Error('the scenario has a fault')
const undo = undoStep(locks.command)

/** Somebody may give any reason to halt a drill, also the words that Astern has for what is left. */
const said = 'not taken back: not as before'
const halted: Moment = [60, 'ana', { kind: 'drill.ending', why: 'halted', words: said }]
const undone: readonly Moment[] = [
  [61, 'astern', begun(undo)],
  [62, 'astern', settled(undo, 'gone')],
]
const checked = (verdict: 'pass' | 'fail'): readonly Moment[] => [
  [63, 'astern', { kind: 'checks.started', suite: 'after' }],
  [64, 'astern', { kind: 'check.settled', suite: 'after', result: result(checkoutCheck, verdict, '') }],
  [65, 'astern', { kind: 'checks.ended', suite: 'after' }],
]
const closed: Moment = [66, 'astern', { kind: 'run.closed', outcome: 'short', why: said }]

test.each<[string, readonly Moment[], unknown]>([
  ['all was taken back and the checks pass', [halted, ...undone, ...checked('pass'), closed], [true, true]],
  ['a check does not pass', [halted, ...undone, ...checked('fail'), closed], [true, false]],
  ['a fault was not taken back', [halted, ...checked('pass'), closed], [false, false]],
  ['it is not closed yet', [halted, ...undone, ...checked('pass')], [false, false]],
])('what a drill has left is told by what was done, whatever was said: %s', (_, moments, expected) => {
  const state = drillAfter(...moments)
  expect([isAllTakenBack(state), isPutRight(state)]).toEqual(expected)
})
