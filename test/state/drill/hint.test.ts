import { describe, expect, test } from 'vitest'
import { offeredHint } from '../../../src/state/drill/hint.ts'
import type { PhaseNumber } from '../../../src/state/phases.ts'
import type { Moment } from '../../reports/fixture.ts'
import { drillAfter, playedRun } from './played.ts'

describe('the hint that is offered', () => {
  test('is the newest whose phase has come, also in the phases after it', () => {
    const first = { hint: 0, phase: 1, cost: 5, spent: 0 }
    expect(offeredHint(drillAfter(), drillAfter().at)).toEqual(first)
    const validating = drillAfter(reached(60, 2), reached(70, 5))
    expect(offeredHint(validating, validating.at)).toEqual(first)
  })

  test('is none for a phase before Follow-up, once that has come', () => {
    const followingUp = drillAfter(reached(60, 2), reached(70, 5), reached(80, 6))
    expect(offeredHint(followingUp, followingUp.at)).toBeNull()
  })
})

function reached(at: number, phase: PhaseNumber): Moment {
  return [at, 'astern', { kind: 'drill.reached', run: playedRun, phase, begins: null }]
}
