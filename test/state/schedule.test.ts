import { expect, test } from 'vitest'
import { criticalPath } from '../../src/state/planner/estimate.ts'
import { step } from '../../src/state/planner/steps.ts'
import { scheduleOf } from '../../src/state/schedule.ts'
import type { Step } from '../../src/state/plan.ts'

const of = (id: string, needs: readonly string[], estimateMs: number): Step =>
  step(id, 3, { kind: 'service.stop', service: 'api', host: id, graceMs: 1000 }, needs, { estimateMs })

test('each step begins as early as its needs let it, and the longest chain is the time that all take', () => {
  const steps = [
    of('stop', [], 2),
    of('quick', ['stop'], 1),
    of('slow', ['stop', 'gone'], 5),
    of('end', ['quick', 'slow'], 1),
  ]
  expect(
    scheduleOf(steps).map(({ step: { id }, fromMs, toMs, critical, wave }) => [id, fromMs, toMs, critical, wave]),
  ).toEqual([
    ['stop', 0, 2, true, 0],
    ['quick', 2, 3, false, 1],
    ['slow', 2, 7, true, 1],
    ['end', 7, 8, true, 2],
  ])
  expect(criticalPath(steps)).toBe(8)
})

test('of many steps of the same length, wave after wave, all are on it', () => {
  const waves = Array.from({ length: 12 }, (_, wave) => Array.from({ length: 20 }, (__, at) => `${wave}.${at}`))
  const steps = waves.flatMap((ids, wave) => ids.map(id => of(id, waves[wave - 1] ?? [], 500)))
  expect(scheduleOf(steps).every(({ critical }) => critical)).toBe(true)
})
