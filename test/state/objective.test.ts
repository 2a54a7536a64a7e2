import { describe, expect, test } from 'vitest'
import { detectionOf } from '../../src/state/detection.ts'
import { objectiveOf, objectiveWords } from '../../src/state/objective.ts'
import { replay } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { plusMs } from '../../src/state/times.ts'
import { journal, wholeRun } from '../reports/fixture.ts'

const minute = 60_000

describe('the recovery objective', () => {
  test('is none where the manifest names none', () => {
    expect(objectiveOf(run('before', undefined))).toBe(null)
  })

  test('counts from when the impact began, and from the opening where nobody knows', () => {
    const { openedAt } = run('before', minute).run!
    expect(objectiveOf(run('before', 60 * minute))).toEqual({
      withinMs: 60 * minute,
      from: openedAt,
      until: plusMs(openedAt, 60 * minute),
      at: null,
    })
    const began = plusMs(openedAt, -20 * minute)
    expect(objectiveOf(run('before', 60 * minute, began))).toMatchObject({
      from: began,
      until: plusMs(began, 60 * minute),
    })
  })

  test('says what is left of it, what it is missed by, and in what time it was met', () => {
    const objective = {
      withinMs: 60 * minute,
      from: '2026-11-18T03:00:00.000Z',
      until: '2026-11-18T04:00:00.000Z',
      at: null,
    }
    expect(objectiveWords(objective, '2026-11-18T03:37:42.000Z')).toBe('22:18 left of 1:00:00')
    expect(objectiveWords(objective, '2026-11-18T04:03:10.000Z')).toBe('missed by 3:10')
    expect(objectiveWords({ ...objective, at: '2026-11-18T03:37:42.000Z' }, '2026-11-18T09:00:00.000Z')).toBe(
      'met in 37:42 of 1:00:00',
    )
    expect(objectiveWords({ ...objective, at: '2026-11-18T04:03:10.000Z' }, '2026-11-18T09:00:00.000Z')).toBe(
      'missed by 3:10',
    )
  })

  test('is reached with the last step of the plan', () => {
    const over = run('after', 60 * minute)
    const ends = over.plan!.plan.steps.map(({ id }) => over.steps[id]!.settledAt!)
    expect(objectiveOf(over)?.at).toBe(ends.sort().at(-1))
  })
})

test.each([
  ['', null],
  ['02:58', { at: '2026-11-18T02:58:00.000Z', by: '' }],
  ['2:58 the pager', { at: '2026-11-18T02:58:00.000Z', by: 'the pager' }],
  ['23:10, a customer', { at: '2026-11-17T23:10:00.000Z', by: 'a customer' }],
  ['a customer at 03:00', { at: null, by: 'a customer at 03:00' }],
  ['27:00 the pager', undefined],
])('what is said of its being noticed is read: %s', (text, detected) => {
  expect(detectionOf(text, '2026-11-18T03:10:00.000Z')).toEqual(detected)
})

function run(which: 'before' | 'after', recoveryMs: number | undefined, beganAt: string | null = null): RunState {
  const lines = journal(wholeRun)
  const until = lines.findIndex(({ event }) => event.kind === 'plan.proposed') + 1
  const state = replay(which === 'before' ? lines.slice(0, until) : lines)
  const { run: header, decision } = state
  if (header === null || decision === null) throw new Error('not decided')
  const timing = { ...header.manifest.timing, ...(recoveryMs === undefined ? {} : { recoveryMs }) }
  return {
    ...state,
    run: { ...header, manifest: { ...header.manifest, timing } },
    decision: { ...decision, beganAt },
  }
}
