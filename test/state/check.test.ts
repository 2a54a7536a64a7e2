import { expect, test } from 'vitest'
import { checksOf, suiteTimeOf, type Check } from '../../src/state/check.ts'

const check = (name: string, more: Partial<Check> = {}): Check => ({
  name,
  group: 'core',
  severity: 'must',
  request: { kind: 'command', argv: ['true'] },
  asserts: [{ kind: 'exit', equals: 0 }],
  extract: {},
  timeoutMs: 1000,
  attempts: 3,
  intervalMs: 1000,
  ...more,
})

test('the baseline has its own checks, waits for nothing to stay so, and is over soon', () => {
  const held = check('both', { holdMs: 30_000, consecutive: 3 })
  const checks = [held, check('before', { when: 'baseline' }), check('after', { when: 'after' })]
  expect(checksOf({ checks }, 'baseline')).toEqual([check('both'), check('before', { when: 'baseline' })])
  expect(checksOf({ checks }, 'after')).toEqual([held, check('after', { when: 'after' })])
  const time = (checksMs?: number) =>
    (['baseline', 'after'] as const).map(suite =>
      suiteTimeOf({ timing: checksMs === undefined ? {} : { checksMs } }, suite),
    )
  expect([time(), time(600_000), time(5000)]).toEqual([
    [30_000, 120_000],
    [30_000, 600_000],
    [5000, 5000],
  ])
})
