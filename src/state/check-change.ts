import type { CheckResult } from './check-result.ts'

/** What became of a check between two suites. `new`: nothing is known of before, since it was not run or showed nothing. */
export type CheckChange = 'fixed' | 'broke' | 'failed before' | 'better' | 'worse' | 'same' | 'new'

type Known = Pick<CheckResult, 'verdict'>

export function changeOf(before: Known | undefined, after: Known): CheckChange {
  if (before?.verdict === after.verdict && after.verdict !== 'fail') return 'same'
  if (before === undefined || before.verdict === 'inconclusive') return 'new'
  if (before.verdict === 'fail') return isBad(after) ? 'failed before' : 'fixed'
  if (isBad(after)) return 'broke'
  return after.verdict === 'pass' ? 'better' : 'worse'
}

/** What shows nothing has not passed. */
export function isBad({ verdict }: Known): boolean {
  return verdict === 'fail' || verdict === 'inconclusive'
}

/** ` (failed before the rollback too)` of those that did. Said, and no excuse: whether it counts is a person's to say. */
export function failedBefore(before: Known | undefined, after: Known): string {
  return changeOf(before, after) === 'failed before' ? ' (failed before the rollback too)' : ''
}
