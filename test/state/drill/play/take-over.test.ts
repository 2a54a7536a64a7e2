import { describe, expect, test } from 'vitest'
import { leaderGone, takenOver, whyTakenOver } from '../../../../src/state/drill/play/take-over.ts'
import { injectStep } from '../../../../src/state/drill/play/steps.ts'
import type { InjectFault } from '../../../../src/state/drill/command.ts'
import { begun, type Moment } from '../../../reports/fixture.ts'
import { drillAfter, drillRun, scenario } from '../played.ts'

/** The fixture's drill began at -100 s and has 45 minutes; `main` and `api` on `local` may be hurt. */
const now = (seconds: number): string => new Date(Date.UTC(2026, 10, 18, 3, 10, seconds)).toISOString()
const deadline = -100 + 2700
const at = (target: InjectFault['target']): InjectFault => ({
  kind: 'drill.inject',
  inject: 'x',
  fault: 'row_locks',
  target,
  settings: {},
  expiresMs: 1000,
})
const main = at({ kind: 'database', database: 'main' })
const auth = at({ kind: 'service', service: 'auth', host: 'local' })
const halted = (seconds: number): Moment => [seconds, 'ana', { kind: 'drill.ending', why: 'halted', words: '' }]
const led = (seconds: number): Moment => [seconds, 'astern', { kind: 'engine.started', pid: 9, version: '0' }]

describe('whoever leads a drill is ended', () => {
  test.each<[string, number, readonly Moment[], readonly { run: string; injected: InjectFault }[], string | null]>([
    ['not before its deadline', deadline - 1, [], [], null],
    ['not at once then: it ends the drill itself', deadline + 14, [], [], null],
    ['where it goes on after it', deadline + 15, [], [], 'deadline'],
    ['not where it is ending it', deadline + 60, [halted(deadline)], [], null],
    ['where it does not come to an end with that', deadline + 1200, [halted(deadline)], [], 'lost'],
    ['not where it took that over since', deadline + 1200, [halted(deadline), led(deadline + 900)], [], null],
    ['not where its faults are where they may be', 60, [], [{ run: drillRun, injected: main }], null],
    [
      'where one is elsewhere',
      60,
      [],
      [
        { run: drillRun, injected: main },
        { run: drillRun, injected: auth },
      ],
      'beyond',
    ],
    ["not for another drill's", 60, [], [{ run: 'DRILL-other', injected: auth }], null],
    [
      'not once it is closed',
      deadline + 60,
      [[deadline, 'astern', { kind: 'run.closed', outcome: 'short', why: '' }]],
      [{ run: drillRun, injected: auth }],
      null,
    ],
  ])('%s', (_, seconds, more, seen, why) => {
    expect(whyTakenOver(drillAfter(...more), seen, now(seconds))?.why ?? null).toBe(why)
  })

  test('with words that name what is hurt', () => {
    expect(whyTakenOver(drillAfter(), [{ run: drillRun, injected: auth }], now(60))).toEqual({
      why: 'beyond',
      words: 'x is at service auth, beyond the blast radius',
    })
  })
})

describe('whoever takes a drill over', () => {
  const dies = injectStep(scenario.injects[1]!)

  test('ends it, and holds in doubt what was being done', () => {
    expect(takenOver(drillAfter([55, 'astern', begun(dies)]), leaderGone)).toEqual([
      { kind: 'step.unknown', step: 'inject.api-dies', attempt: 1, why: 'the engine ended' },
      { kind: 'drill.ending', why: 'lost', words: 'the process that led it ended' },
    ])
  })

  test('leaves the reason it is ending for already', () => {
    expect(takenOver(drillAfter(halted(55)), leaderGone)).toEqual([])
  })
})
