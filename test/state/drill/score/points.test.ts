import { describe, expect, test } from 'vitest'
import type { Choice, RunEvent } from '../../../../src/state/event.ts'
import {
  begun,
  decision,
  failed,
  plan,
  result,
  checkoutCheck,
  steps,
  wholeRun,
  type Moment,
} from '../../../reports/fixture.ts'
import { drillMoments, playedRun, scenario, score, withBefore } from './stage.ts'

/** What was taken beyond the hint that the example's players took. */
function taken(drill = drillMoments(), played: readonly (readonly Moment[])[] = [wholeRun]): readonly string[] {
  const { deductions } = score(drill, played).points
  return deductions.filter(({ what }) => !what.includes('took a hint')).map(({ what, points }) => `${points} ${what}`)
}

const expecting = (choice: Choice) => ({ ...scenario, expected: { ...scenario.expected, decision: choice } })

function changed(kind: RunEvent['kind'], change: (event: RunEvent) => RunEvent, of = wholeRun): readonly Moment[] {
  return of.map(([at, who, event]): Moment => [at, who, event.kind === kind ? change(event) : event])
}

const choosing = (choice: Choice): readonly Moment[] =>
  changed('decision.made', () => ({ kind: 'decision.made', decision: { ...decision, choice } }))

/** Nothing but the decision, the messages, the document and the end. */
function only(choice: Choice): readonly Moment[] {
  return choosing(choice).filter(
    ([, , event]) =>
      !event.kind.startsWith('plan.') &&
      !('step' in event && !event.step.startsWith('message.')) &&
      event.kind !== 'validation.accepted',
  )
}

describe('a drill that was played well', () => {
  test('has a hundred points, less the hint that was taken', () => {
    expect(score().points).toEqual({
      left: 95,
      why: null,
      deductions: [
        {
          what: 'ana took a hint: Which check fails that does not touch the database?',
          cost: 5,
          points: 5,
          run: null,
          at: '2026-11-18T03:10:50.000Z',
        },
      ],
    })
  })
})

describe('the decision', () => {
  test('costs where it is another than the answer, and more where something was changed by it', () => {
    expect(taken(drillMoments(expecting('hold')))).toEqual([
      '25 ana decided: roll back; the answer was: hold',
      '15 changed what should have been left alone: stop api on local, main.archive.order_notes, down 20261118, 1 of 1: drop table order_notes, start api 1.2.2 on local',
    ])
    expect(taken(drillMoments(), [only('hold')])).toEqual([
      '25 ana decided: hold; the answer was: roll back',
      '8 mitigate: given up, what was played is closed without it',
      '8 verify: given up, what was played is closed without it',
    ])
  })

  test('not to roll back costs nothing where it is the answer', () => {
    expect(taken(drillMoments(expecting('configuration only')), [only('configuration only')])).toEqual([])
  })

  test('that was another one at first costs less', () => {
    const later = only('hold').map(([at, who, event]): Moment => [at + 0.5, who, event])
    const approved = wholeRun.findIndex(([, , event]) => event.kind === 'plan.approved')
    expect(taken(drillMoments(expecting('hold')), [wholeRun.slice(0, approved), later])).toContain(
      '10 ana first decided: roll back',
    )
  })

  test('costs nothing where somebody halted the drill before', () => {
    const halted = changed(
      'drill.ending',
      () => ({ kind: 'drill.ending', why: 'halted', words: 'the phone rang' }),
      drillMoments(),
    )
    const early = halted.map(([at, who, event]): Moment => [event.kind === 'drill.ending' ? 20 : at, who, event])
    expect(taken(early)).toEqual([])
    const late = changed('drill.ending', () => ({ kind: 'drill.ending', why: 'deadline', words: '' }), early)
    expect(taken(late)[0]).toBe('25 nothing was decided; the answer was: roll back')
  })
})

describe('a wrong turn', () => {
  const unknown: RunEvent = { kind: 'step.unknown', step: steps.start.id, attempt: 1, why: 'nobody answered' }
  const accepted = (reason: string | null): RunEvent => ({ kind: 'validation.accepted', reason })
  test.each<[string, readonly Moment[], readonly string[]]>([
    [
      'is a plan that was withdrawn',
      withBefore(
        wholeRun,
        'note.added',
        [90, 'ana', { kind: 'plan.withdrawn', hash: 'a1b2c3d4' }],
        [91, 'astern', { kind: 'plan.proposed', plan, hash: 'a1b2c3d4' }],
      ),
      ['2 ana withdrew plan a1b2c3d4'],
    ],
    [
      'is a result that was accepted over its checks',
      changed('validation.accepted', () => accepted('checkout is flaky')),
      ['10 ana accepted the result over its checks: checkout is flaky'],
    ],
    [
      'is an approval of what nobody could tell',
      changed('plan.proposed', () => ({
        kind: 'plan.proposed',
        plan: { ...plan, compatibility: 'unknown' },
        hash: 'a1b2c3d4',
      })),
      ['4 ana approved a plan although nothing said whether the old code runs on the new schema'],
    ],
    [
      'is none where it was rehearsed',
      withBefore(
        changed('plan.proposed', () => ({
          kind: 'plan.proposed',
          plan: { ...plan, compatibility: 'unknown' },
          hash: 'a1b2c3d4',
        })),
        'plan.approved',
        [110, 'astern', { kind: 'rehearsal.ended', hash: 'a1b2c3d4', outcome: 'kept', says: '' }],
      ),
      [],
    ],
    [
      'is a step that was tried again and failed again; the first failure is none',
      withBefore(
        wholeRun,
        'step.retried',
        [134.5, 'ana', { kind: 'step.retried', step: steps.start.id }],
        [134.6, 'astern', begun(steps.start, 2)],
        [135, 'astern', failed(steps.start, 2)],
      ),
      [
        expect.stringMatching(
          /^3 ana had api@local\.start tried again, and it failed again: api on local did not start/,
        ),
      ] as never,
    ],
    [
      'is none where it was the engine that tried again',
      withBefore(
        wholeRun,
        'held',
        [133.4, 'astern', { kind: 'step.retried', step: steps.start.id }],
        [133.5, 'astern', begun(steps.start, 2)],
        [133.6, 'astern', failed(steps.start, 2)],
      ),
      [],
    ],
    [
      'is doing again what was in doubt, where that cannot be told by looking first',
      withBefore(
        wholeRun,
        'held',
        [133.4, 'astern', begun({ ...steps.start, repeat: 'never' })],
        [133.5, 'astern', unknown],
      ),
      ['4 ana went on over api@local.start while nobody knew whether it was done'],
    ],
    [
      'is none where what was in doubt is tried again, and looked at before it is done again',
      withBefore(wholeRun, 'held', [133.5, 'astern', unknown]),
      [],
    ],
    [
      'is leaving out what was in doubt, however it can be told',
      withBefore(
        wholeRun,
        'held',
        [133.5, 'astern', unknown],
        [133.6, 'ana', { kind: 'step.skipped', step: steps.start.id, reason: 'it is late' }],
      ),
      [
        '4 ana skipped api@local.start: it is late',
        '4 ana went on over api@local.start while nobody knew whether it was done',
      ],
    ],
    [
      'is none for a message that is sent again',
      withBefore(
        wholeRun,
        'held',
        [133.5, 'astern', { ...unknown, step: 'message.a' } as RunEvent],
        [133.6, 'ana', { kind: 'step.retried', step: 'message.a' }],
      ),
      [],
    ],
  ])('%s', (_, played, expected) => {
    expect(taken(drillMoments(), [played])).toEqual(expected)
  })

  test('is a step that was skipped, and what the record lacks for it', () => {
    const skipped = withBefore(
      wholeRun.filter(([at, , event]) => !('step' in event && event.step === steps.prove.id) || at < 168),
      'checks.started',
      [168.2, 'ana', { kind: 'step.skipped', step: steps.prove.id, reason: 'it is late' }],
    )
    expect(taken(drillMoments(), [skipped])).toEqual([
      '4 ana skipped api@local.prove: it is late',
      '3 the record lacks: All services restored to previous state (api@local.prove was skipped: it is late)',
    ])
  })

  test('is an undo, as a plan or as a run', () => {
    const revised = withBefore(wholeRun, 'held', [
      133.5,
      'ana',
      { kind: 'plan.revised', plan, hash: 'b', why: 'undo what was done', diff: [] },
    ])
    expect(taken(drillMoments(), [revised])).toContain('5 ana undo what was done')
    const undo = changed('run.opened', event => ({ ...event, purpose: { kind: 'undo', run: playedRun } }) as RunEvent)
    expect(taken(drillMoments(), [wholeRun, undo.slice(0, 3)])).toEqual([`5 ana undid run ${playedRun}`])
  })
})

describe('what was left undone', () => {
  test('is an event that nobody answered', () => {
    expect(taken(drillMoments().filter(([, , event]) => event.kind !== 'event.answered'))).toEqual([
      '5 nobody answered: The CEO asks when it will be over.',
    ])
  })

  test('is a check that showed nothing or was not run; over what was overridden it costs once', () => {
    const empty = (of: readonly Moment[]): readonly Moment[] =>
      of.map(
        ([at, who, event]): Moment =>
          event.kind === 'check.settled' && event.suite === 'after' && event.result.name === 'checkout'
            ? [at, who, { ...event, result: result(checkoutCheck, 'inconclusive', 'nothing asserted') }]
            : [at, who, event],
      )
    const record =
      '3 the record lacks: Smoke tests passed (checkout: nothing asserted (failed before the rollback too))'
    expect(taken(drillMoments(), [empty(wholeRun)]).at(0)).toEqual('2 check checkout showed nothing')
    const over = empty(changed('validation.accepted', () => ({ kind: 'validation.accepted', reason: 'we know' })))
    expect(taken(drillMoments(), [over]).map(one => one.split(' (')[0])).toEqual([
      '10 ana accepted the result over its checks: we know',
      record.split(' (')[0],
    ])
    const none = wholeRun.filter(
      ([, , event]) => !(event.kind === 'check.settled' && event.suite === 'after' && event.result.name === 'checkout'),
    )
    expect(taken(drillMoments(), [none])).toEqual(['2 check checkout was not run'])
  })

  test('is nothing of the checklist that the decision does not ask for', () => {
    const found = score(drillMoments(expecting('hold')), [only('hold')])
    expect(found.records).toEqual([{ run: playedRun, done: 2, of: 2, percent: 100, missing: [] }])
  })
})

describe('run again', () => {
  const later = (seconds: number, of: readonly Moment[]): readonly Moment[] =>
    of.map(([at, who, event]): Moment => [at + seconds, who, event])
  const longer = drillMoments().map(([at, who, event]): Moment => [at >= 211 ? at + 300 : at, who, event])

  test('it changes nothing, and costs nothing', () => {
    const already = later(
      212,
      wholeRun.map(
        ([at, who, event]): Moment => [
          at,
          who,
          event.kind === 'step.settled' ? ({ ...event, outcome: 'already', fault: null } as RunEvent) : event,
        ],
      ),
    )
    const found = score(longer, [wholeRun, already])
    expect(found.again).toEqual([{ run: `${playedRun}1`, after: playedRun, changed: [] }])
    expect(found.points.left).toBe(95)
  })

  test('and it has work to do, what was reached had not held', () => {
    const [first] = taken(longer, [wholeRun, later(212, wholeRun)])
    expect(first).toMatch(
      new RegExp(`^5 what ${playedRun} had reached was not there any more: run again, it changed stop api on local, `),
    )
  })
})

describe('no points are given', () => {
  test.each<[string, readonly Moment[], readonly (readonly Moment[])[], string]>([
    [
      'where its steady state never was',
      drillMoments().filter(([, , { kind }]) => kind !== 'drill.began'),
      [],
      'it never began',
    ],
    ['where nothing was injected', drillMoments().slice(0, 2), [wholeRun], 'nothing was injected'],
    ['where a journal is missing', drillMoments(), [], `the journal of ${playedRun} is not here`],
    [
      'where nobody did anything',
      drillMoments().filter(([, , { kind }]) => kind !== 'drill.joined'),
      [],
      'nobody played',
    ],
  ])('%s', (_, drill, played, why) => {
    expect(score(drill, played).points).toEqual({ left: null, why, deductions: [] })
  })
})

test('more than a hundred is never taken: what goes beyond it is named with what was left to take', () => {
  const dear = { ...scenario, hints: [{ ...scenario.hints[0]!, cost: 90 }, scenario.hints[1]!] }
  const hint = (cost: number): RunEvent => ({ kind: 'hint.taken', hint: 0, text: 'all of it', cost })
  const drill = changed(
    'hint.taken',
    () => hint(90),
    drillMoments({ ...dear, expected: { decision: 'hold', path: [] } }),
  )
  const { left, deductions } = score(drill).points
  expect([left, deductions.map(({ cost, points }) => [cost, points])]).toEqual([
    0,
    [
      [25, 25],
      [15, 15],
      [90, 60],
    ],
  ])
})
