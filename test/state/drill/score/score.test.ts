import fc from 'fast-check'
import { expect, test } from 'vitest'
import { journaled } from '../../../../src/state/drill/score/journaled.ts'
import { scoreOf, type Score } from '../../../../src/state/drill/score/score.ts'
import type { RunEvent } from '../../../../src/state/event.ts'
import { begun, failed, plan, steps, wholeRun, type Moment } from '../../../reports/fixture.ts'
import { drillLines, drillMoments, playedLines, scenario, score } from './stage.ts'

const step = fc.constantFrom(...Object.values(steps))
const attempt = fc.integer({ min: 1, max: 4 })

/** Whatever people and the world may do, in any order and at any time. */
const played: fc.Arbitrary<RunEvent> = fc.oneof(
  step.map(({ id }): RunEvent => ({ kind: 'step.retried', step: id })),
  step.map(({ id }): RunEvent => ({ kind: 'step.skipped', step: id, reason: 'late' })),
  fc.tuple(step, attempt).map(([one, number]) => begun(one, number)),
  fc.tuple(step, attempt).map(([one, number]) => failed(one, number)),
  fc
    .tuple(step, attempt)
    .map(([{ id }, number]): RunEvent => ({ kind: 'step.unknown', step: id, attempt: number, why: 'nobody answered' })),
  fc.constantFrom<RunEvent>(
    { kind: 'plan.withdrawn', hash: 'a1b2c3d4' },
    { kind: 'plan.revised', plan, hash: 'b', why: 'undo what was done', diff: [] },
    { kind: 'validation.accepted', reason: 'we know' },
    { kind: 'item.signed', item: 'told', reason: 'by phone' },
    { kind: 'checks.started', suite: 'after' },
    { kind: 'checks.ended', suite: 'after' },
    { kind: 'run.closed', outcome: 'short', why: 'enough' },
  ),
)
const directed: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.nat(400).map((cost): RunEvent => ({ kind: 'hint.taken', hint: 1, text: 'this', cost })),
  fc.constantFrom<RunEvent>(
    { kind: 'event.said', inject: 'more', text: 'And now?', wantsAnswer: true },
    { kind: 'drill.ending', why: 'halted', words: 'enough' },
    { kind: 'drill.ending', why: 'deadline', words: 'over' },
  ),
)

const at = fc.integer({ min: -90, max: 230 })
const who = fc.constantFrom('ana', 'bo', 'astern')

function among(event: fc.Arbitrary<RunEvent>, base: readonly Moment[]): fc.Arbitrary<readonly Moment[]> {
  return fc
    .tuple(fc.array(fc.tuple(at, who, event), { maxLength: 12 }), fc.integer({ min: 1, max: base.length }))
    .map(([more, length]) => {
      const [first, ...rest] = base.slice(0, length)
      return first === undefined ? [] : [first, ...[...rest, ...more].toSorted(([a], [b]) => a - b)]
    })
}

const drill = among(directed, drillMoments())
const runs = fc.array(among(played, wholeRun), { maxLength: 3 })

test('whatever is played: points between 0 and 100, every one that is taken named and priced, and together a hundred', () => {
  fc.assert(
    fc.property(drill, runs, (directing, playing) => {
      const { left, why, deductions } = score(directing, playing).points
      if (left === null) {
        expect([why === null, deductions]).toEqual([false, []])
        return
      }
      const sum = deductions.reduce((all, { points }) => all + points, 0)
      expect([left >= 0 && left <= 100, left + sum, why]).toEqual([true, 100, null])
      for (const { what, points, cost } of deductions) {
        expect(what.trim()).not.toBe('')
        expect(points >= 0 && points <= cost && cost > 0).toBe(true)
        // Less than its price is only taken by the one that took the last, and by those after it.
        if (points < cost) expect(left).toBe(0)
      }
    }),
    { numRuns: 300 },
  )
})

test('whatever is played: what was not measured is no number, and what was measured is no less than nothing', () => {
  fc.assert(
    fc.property(drill, runs, (directing, playing) => {
      for (const { tookMs, to, standing, targetMs } of score(directing, playing).measures) {
        expect(tookMs === null).toBe(to === null)
        if (standing === 'not measured') expect(tookMs).toBe(null)
        if (tookMs !== null) expect(tookMs).toBeGreaterThanOrEqual(0)
        if (tookMs !== null && targetMs !== null) expect(standing).toBe(tookMs <= targetMs ? 'kept' : 'missed')
      }
    }),
    { numRuns: 300 },
  )
})

test('whatever is played: the same journals give the same score to the byte, in whatever order they are handed in', () => {
  fc.assert(
    fc.property(drill, runs, (directing, playing) => {
      const lines = drillLines(directing)
      const all = playing.map((moments, index) =>
        playedLines(
          moments.map(([when, by, event]): Moment => [when + index / 7, by, event]),
          `r-${index}`,
        ),
      )
      const of = (given: typeof all): Score =>
        scoreOf(journaled(structuredClone(lines)), structuredClone(given).map(journaled))
      expect(JSON.stringify(of(all.toReversed()))).toBe(JSON.stringify(of(all)))
    }),
    { numRuns: 100 },
  )
})

test('after each line of either journal there is a score', () => {
  for (const length of drillMoments().keys())
    expect(score(drillMoments().slice(0, length + 1)).measures).toHaveLength(7)
  for (const length of wholeRun.keys())
    expect(score(drillMoments(), [wholeRun.slice(0, length + 1)]).title).toBe(scenario.title)
})

test('what was injected is told with what became of it', () => {
  expect(
    score().injected.map(({ id, what, at: when, goneAt, how, firedBy }) => ({ id, what, when, goneAt, how, firedBy })),
  ).toEqual([
    {
      id: 'slow-lock',
      what: 'lock rows of main',
      when: '2026-11-18T03:09:30.000Z',
      goneAt: '2026-11-18T03:13:35.000Z',
      how: 'gone before',
      firedBy: null,
    },
    {
      id: 'api-dies',
      what: 'kill api on web-1',
      when: '2026-11-18T03:12:02.000Z',
      goneAt: '2026-11-18T03:13:34.000Z',
      how: 'taken back',
      firedBy: 'Bo',
    },
  ])
  const short = { ...scenario, injects: scenario.injects.map(one => ({ ...one, expiresMs: 60_000 })) }
  const [lock, dies] = score(
    drillMoments(short).filter(([, , event]) => !('step' in event && event.step === 'undo.api-dies')),
  ).injected
  expect([lock?.how, lock?.goneAt, dies?.how, dies?.goneAt]).toEqual([
    'expired',
    '2026-11-18T03:10:30.000Z',
    'still there',
    null,
  ])
  const never = drillMoments().filter(([, , event]) => !('step' in event && event.step.endsWith('api-dies')))
  expect(score(never).injected[1]?.how).toBe('never came')
})
