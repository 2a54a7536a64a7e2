import { expect, test } from 'vitest'
import { changeOf, failedBefore } from '../../src/state/check-change.ts'
import type { Verdict } from '../../src/state/check-result.ts'

const was = (verdict: Verdict) => ({ verdict })

test.each([
  ['pass', 'pass', 'same'],
  ['fail', 'pass', 'fixed'],
  ['fail', 'degraded', 'fixed'],
  ['inconclusive', 'pass', 'new'],
  ['pass', 'fail', 'broke'],
  ['degraded', 'inconclusive', 'broke'],
  ['fail', 'fail', 'failed before'],
  ['fail', 'inconclusive', 'failed before'],
  ['inconclusive', 'fail', 'new'],
  ['inconclusive', 'inconclusive', 'same'],
  ['pass', 'degraded', 'worse'],
  ['degraded', 'pass', 'better'],
] as const)('%s, then %s: %s', (before, after, change) => {
  expect(changeOf(was(before), was(after))).toBe(change)
})

test('what was never run before, or showed nothing, is new, and is not said to have failed before', () => {
  expect(changeOf(undefined, was('fail'))).toBe('new')
  expect(failedBefore(undefined, was('fail'))).toBe('')
  expect(failedBefore(was('inconclusive'), was('fail'))).toBe('')
  expect(failedBefore(was('fail'), was('fail'))).toBe(' (failed before the rollback too)')
})
