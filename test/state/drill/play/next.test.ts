import { describe, expect, test } from 'vitest'
import { nextDrillWork } from '../../../../src/state/drill/play/next.ts'
import { isUnderWay } from '../../../../src/state/drill/play/steps.ts'
import { injectStep, undoStep } from '../../../../src/state/drill/play/steps.ts'
import type { RunEvent } from '../../../../src/state/event.ts'
import { replay } from '../../../../src/state/reduce.ts'
import type { Step } from '../../../../src/state/plan.ts'
import type { Work } from '../../../../src/state/work.ts'
import { checkoutCheck, journal, result, type Moment } from '../../../reports/fixture.ts'
import { scenario } from '../played.ts'
import { openedAs } from '../score/stage.ts'

/** Locks from 60 s on, `api-dies` at a step of the plan, a rumour and the CEO later; over after 45 minutes. */
const [locks, dies] = scenario.injects.map(injectStep)
if (locks?.command.kind !== 'drill.inject' || dies === undefined) throw new Error('the scenario has two faults')
const undo = undoStep(locks.command)

const began: readonly Moment[] = [
  [0, 'ana', openedAs(scenario)],
  [1, 'astern', { kind: 'checks.started', suite: 'baseline' }],
  [2, 'astern', { kind: 'check.settled', suite: 'baseline', result: result(checkoutCheck, 'pass', '') }],
  [3, 'astern', { kind: 'checks.ended', suite: 'baseline' }],
  [10, 'astern', { kind: 'drill.began' }],
]
const tenth: Moment = [10, 'astern', { kind: 'drill.began' }]
const ending = (at: number): Moment => [at, 'ana', { kind: 'drill.ending', why: 'halted', words: 'enough' }]
const begins = (at: number, step: Step, attempt = 1): Moment => [
  at,
  'astern',
  { kind: 'step.begun', step: step.id, attempt, command: step.command, commandHash: '', repeat: 'by state', epoch: 0 },
]
const settles = (at: number, step: Step, outcome: 'ok' | 'already' | 'failed', attempt = 1): Moment => [
  at,
  'astern',
  { kind: 'step.settled', step: step.id, attempt, outcome, says: '', observed: null, fault: null, output: null },
]
const unknown = (
  at: number,
  step: Step,
  why: 'the engine ended' | 'its deadline passed' = 'the engine ended',
): Moment => [at, 'astern', { kind: 'step.unknown', step: step.id, attempt: 1, why }]
const probed = (at: number, step: Step, verdict: 'not yet' | 'unclear'): Moment => [
  at,
  'astern',
  { kind: 'step.probed', step: step.id, attempt: 1, verdict, says: '', observed: null },
]
const tells = (at: number, event: RunEvent): Moment => [at, 'astern', event]
const ends = (work: Work): string => {
  if (work.kind !== 'record') return work.id
  const [event] = work.events
  return event?.kind === 'drill.ending' || event?.kind === 'close.asked'
    ? `${work.id}: ${'outcome' in event ? `${event.outcome}, ${event.why}` : `${event.why}, ${event.words}`}`
    : work.id
}

/** What there is to do so many seconds after it was opened. */
function due(at: number, ...moments: readonly Moment[]): readonly string[] {
  const now = journal([[at, 'astern', { kind: 'resumed' }]])[0]?.ts ?? ''
  return nextDrillWork(replay(journal(moments, 'DRILL-1')), now).map(ends)
}

describe('before it begins', () => {
  const [opened, started, passes, ended] = began as [Moment, Moment, Moment, Moment]
  const fails: Moment = [
    2,
    'astern',
    { kind: 'check.settled', suite: 'baseline', result: result(checkoutCheck, 'fail', 'status 500') },
  ]
  test.each<[string, readonly Moment[], readonly string[]]>([
    ['the steady state is looked at', [opened], ['checks before']],
    ['and goes on being looked at after whoever led it ended', [opened, started, passes], ['checks before']],
    ['seen, it begins', [opened, started, passes, ended], ['begin']],
    [
      'not seen, it is refused with what its check said',
      [opened, started, fails, ended],
      ['end: not steady, its steady state is not there: checkout (status 500)'],
    ],
    [
      'a check that was not asked is none that passes',
      [opened, started, ended],
      ['end: not steady, its steady state is not there: checkout (it was not asked)'],
    ],
    ['halted, it asks to close', [opened, ending(2)], ['ask to close: short, enough']],
  ])('%s', (_, moments, works) => {
    expect(due(20, ...moments)).toEqual(works)
  })
})

describe('while it goes on', () => {
  const reached = (begins: string | null): RunEvent => ({ kind: 'drill.reached', run: 'r', phase: 3, begins })
  test.each<[string, number, readonly Moment[], readonly string[]]>([
    ['nothing is due before its moment', 69, [], []],
    ['a fault is, from its moment on', 70, [], ['step inject.locks 1']],
    ['one that is being put there is not put there again', 80, [begins(71, locks)], []],
    ['nor one that is there', 90, [begins(71, locks), settles(72, locks, 'ok')], []],
    ['one that somebody holds back waits', 90, [tells(20, { kind: 'inject.held', inject: 'locks', held: true })], []],
    [
      'until it is let go',
      90,
      [
        tells(20, { kind: 'inject.held', inject: 'locks', held: true }),
        tells(30, { kind: 'inject.held', inject: 'locks', held: false }),
      ],
      ['step inject.locks 1'],
    ],
    [
      'one that is fired does not wait',
      20,
      [tells(15, { kind: 'inject.fired', inject: 'locks' })],
      ['step inject.locks 1'],
    ],
    [
      'a step of what is played brings its own',
      30,
      [tells(20, { kind: 'drill.joined', run: 'r' }), tells(21, reached('api@local.start'))],
      ['step inject.api-dies 1'],
    ],
    [
      'another step of that phase does not',
      30,
      [tells(20, { kind: 'drill.joined', run: 'r' }), tells(21, reached('auth@local.start')), tells(22, reached(null))],
      [],
    ],
    [
      'what is said is said once',
      155,
      [settles(72, locks, 'ok'), tells(150, { kind: 'event.said', inject: 'rumour', text: '', wantsAnswer: false })],
      [],
    ],
    [
      'one in doubt is looked at, and keeps no other waiting',
      150,
      [begins(71, locks), unknown(80, locks)],
      ['look inject.locks 1', 'say rumour'],
    ],
    [
      'seen not to be there, it is put there after all',
      80,
      [begins(71, locks), unknown(75, locks), probed(76, locks, 'not yet')],
      ['retry inject.locks 1'],
    ],
    [
      'but not while its answer may still come',
      80,
      [begins(71, locks), unknown(75, locks, 'its deadline passed'), probed(76, locks, 'not yet')],
      [],
    ],
    [
      'one that nobody could look at is left in doubt',
      80,
      [begins(71, locks), unknown(75, locks), probed(76, locks, 'unclear')],
      [],
    ],
    [
      'one that failed ends it',
      80,
      [begins(71, locks), settles(72, locks, 'failed')],
      ['end: stop condition, inject locks (lock rows of main) failed: nobody knows why'],
    ],
    [
      'at its deadline it ends, whatever is due',
      10 + 2700,
      [],
      ['end: deadline, it was to be over by 2026-11-18T03:55:10.000Z'],
    ],
    [
      'and when all that was played is closed',
      30,
      [tells(20, { kind: 'drill.joined', run: 'r' }), tells(25, { kind: 'drill.left', run: 'r', outcome: 'short' })],
      ['end: finished, what was played in it is closed'],
    ],
    [
      'not while another is open',
      30,
      [
        tells(20, { kind: 'drill.joined', run: 'r' }),
        tells(21, { kind: 'drill.joined', run: 's' }),
        tells(25, { kind: 'drill.left', run: 'r', outcome: 'short' }),
      ],
      [],
    ],
  ])('%s', (_, at, moments, works) => {
    expect(due(at, ...began, ...moments)).toEqual(works)
  })

  test('a check that has failed for so long stops it, and one that nobody could ask does not', () => {
    const stopping = {
      ...scenario,
      stopConditions: [{ kind: 'check', check: 'checkout', failsForMs: 60_000 } as const],
    }
    const signal = (at: number, state: 'healthy' | 'unhealthy' | 'unknown'): Moment => {
      const iso = journal([[at, 'astern', { kind: 'resumed' }]])[0]?.ts ?? ''
      const signal = { key: 'checkout', at: iso, state, release: null, latencyMs: null, note: '' }
      return [at, 'astern', { kind: 'signal.changed', signal }]
    }
    const after = (...moments: readonly Moment[]): readonly string[] =>
      due(69, [0, 'ana', openedAs(stopping)], ...began.slice(1), ...moments)
    expect(after(signal(10, 'unhealthy'))).toEqual([])
    expect(after(signal(9, 'unhealthy'))).toEqual(['end: stop condition, checkout has failed for 1:00'])
    expect(after(signal(9, 'unhealthy'), signal(30, 'unknown'))).toEqual([
      'end: stop condition, checkout has failed for 1:00',
    ])
    expect(after(signal(9, 'unhealthy'), signal(30, 'healthy'), signal(31, 'unhealthy'))).toEqual([])
    expect(after(signal(9, 'unknown'))).toEqual([])
  })
})

describe('at its end', () => {
  const there = [begins(71, locks), settles(72, locks, 'ok')]
  const after: readonly Moment[] = [
    tells(110, { kind: 'checks.started', suite: 'after' }),
    tells(111, { kind: 'check.settled', suite: 'after', result: result(checkoutCheck, 'pass', '') }),
    tells(112, { kind: 'checks.ended', suite: 'after' }),
  ]
  test('what a team’s own command has put there is taken back after all that came later, whatever that reaches', () => {
    const command = {
      ...locks.command,
      inject: 'deploy',
      fault: 'command',
      target: { kind: 'command', command: 'deploy' },
    }
    const deploy = { ...locks, id: 'inject.deploy', command } as Step
    const both = [begins(61, deploy), settles(62, deploy, 'ok'), ...there, ending(100)]
    expect(due(101, ...began, ...both)).toEqual(['step undo.locks 1'])
    expect(due(103, ...began, ...both, begins(101, undo), settles(102, undo, 'ok'))).toEqual(['step undo.deploy 1'])
  })

  const asked = tells(113, { kind: 'close.asked', outcome: 'short', why: 'enough' })
  test.each<[string, number, readonly Moment[], readonly string[]]>([
    ['what is there is taken back', 101, [...there, ending(100)], ['step undo.locks 1']],
    ['what is being put there is waited for', 101, [begins(71, locks), ending(100)], []],
    [
      'what is in doubt is taken back, and not looked at first',
      101,
      [begins(71, locks), unknown(75, locks), ending(100)],
      ['step undo.locks 1'],
    ],
    ['so is what was found there', 101, [settles(72, locks, 'already'), ending(100)], ['step undo.locks 1']],
    ['what could not be put there was not begun', 101, [settles(72, locks, 'failed'), ending(100)], ['checks after']],
    [
      'what failed while it was put there may be there',
      101,
      [begins(71, locks), settles(72, locks, 'failed'), ending(100)],
      ['step undo.locks 1'],
    ],
    [
      'taking back that is in doubt is looked at',
      103,
      [...there, ending(100), begins(101, undo), unknown(102, undo)],
      ['look undo.locks 1'],
    ],
    [
      'and tried again a while later, where nobody could see whether it was done',
      103,
      [...there, ending(100), begins(101, undo), unknown(102, undo), probed(103, undo, 'unclear')],
      ['retry undo.locks 1'],
    ],
    ['not at once', 102, [...there, ending(100), begins(101, undo), settles(101, undo, 'failed')], []],
    [
      'tried often enough, it is left to its own expiry',
      200,
      [...there, ending(100), begins(101, undo, 5), settles(102, undo, 'failed', 5)],
      ['checks after'],
    ],
    [
      'what is heard of after it was taken back is taken back again',
      104,
      [
        begins(71, locks),
        unknown(75, locks, 'its deadline passed'),
        ending(100),
        begins(101, undo),
        settles(102, undo, 'ok'),
        settles(103, locks, 'ok'),
      ],
      ['retry undo.locks 1'],
    ],
    [
      'then the steady state is looked at',
      103,
      [...there, ending(100), begins(101, undo), settles(102, undo, 'ok')],
      ['checks after'],
    ],
    ['then its end is asked for', 113, [ending(100), ...after], ['ask to close: short, enough']],
    [
      'which is reached where it was played to its end',
      113,
      [tells(100, { kind: 'drill.ending', why: 'finished', words: 'all closed' }), ...after],
      ['ask to close: reached, all closed'],
    ],
    [
      'and not where a check does not pass as before',
      113,
      [tells(100, { kind: 'drill.ending', why: 'finished', words: '' }), after[0]!, after[2]!],
      ['ask to close: short, not as before: checkout'],
    ],
    [
      'nor where something is left',
      113,
      [...there, ending(100), begins(101, undo, 5), settles(102, undo, 'failed', 5), ...after],
      ['ask to close: short, not taken back: lock rows of main'],
    ],
    ['then it is written down', 114, [ending(100), ...after, asked], ['report']],
    [
      'and closed',
      115,
      [ending(100), ...after, asked, tells(114, { kind: 'report.written', file: '', bytes: 0, sha256: '' })],
      ['close'],
    ],
    [
      'also where that could not be written',
      115,
      [
        ending(100),
        ...after,
        asked,
        tells(114, { kind: 'fault.seen', fault: { code: 'report.not-written', what: '', means: '', next: '' } }),
      ],
      ['close'],
    ],
    [
      'and then there is nothing more',
      120,
      [ending(100), ...after, asked, tells(116, { kind: 'run.closed', outcome: 'short', why: '' })],
      [],
    ],
  ])('%s', (_, at, moments, works) => {
    expect(due(at, ...began, ...moments)).toEqual(works)
  })
})

describe('a fault at the beginning', () => {
  const soon = { ...scenario, injects: [{ ...scenario.injects[0]!, when: { kind: 'time', afterMs: 0 } as const }] }
  const opened: Moment = [0, 'ana', openedAs(soon)]
  const [first = dies] = soon.injects.map(injectStep)
  const isOnItsWay = (...moments: readonly Moment[]): boolean =>
    isUnderWay(replay(journal([opened, ...moments], 'DRILL-1')), new Date(Date.UTC(2027, 0, 1)).toISOString())

  test.each<[string, readonly Moment[], boolean]>([
    ['before the drill has begun is not on its way', [], false],
    ['is, once it has begun', [tenth], true],
    ['is, while it is put there', [tenth, begins(11, first)], true],
    ['is, while nobody knows', [tenth, begins(11, first), unknown(12, first)], true],
    ['is not any more, once it is there', [tenth, begins(11, first), settles(12, first, 'ok')], false],
    ['is not any more, once it failed', [tenth, begins(11, first), settles(12, first, 'failed')], false],
  ])('%s', (_, moments, expected) => {
    expect(isOnItsWay(...moments)).toBe(expected)
  })
})
