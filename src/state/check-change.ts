import type { CheckResult } from './check-result.ts'

/** What became of a check between two suites. `new`: there is nothing to compare it with. */
export type CheckChange = 'fixed' | 'broke' | 'failed before' | 'better' | 'worse' | 'same' | 'new'

type Known = Pick<CheckResult, 'verdict'>

export function changeOf(before: Known | undefined, after: Known): CheckChange {
  if (before === undefined) return 'new'
  if (isBad(before)) return isBad(after) ? 'failed before' : 'fixed'
  if (isBad(after)) return 'broke'
  if (before.verdict === after.verdict) return 'same'
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
