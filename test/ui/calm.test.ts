import { expect, test } from 'vitest'
import { calmLatencies } from '../../src/ui/panels/calm.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 10, 22, 3, 0, second)).toISOString()

test('of each five seconds that are over the slowest answer is shown, and nothing of those under way', () => {
  const samples = [3, 9, 4, null, 2, 7, 1, null, null, null, null, null, 5].map((latencyMs, second) => ({
    at: at(second),
    latencyMs,
  }))
  expect(calmLatencies(samples)).toEqual([9, 7])
  expect(calmLatencies([...samples, { at: at(15), latencyMs: 1 }])).toEqual([9, 7, 5])
})

test('before the first are over the last sample is shown, and nothing where there is none', () => {
  expect(
    calmLatencies([
      { at: at(0), latencyMs: 3 },
      { at: at(1), latencyMs: 8 },
    ]),
  ).toEqual([8])
  expect(calmLatencies([])).toEqual([])
})
