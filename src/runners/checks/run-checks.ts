import type { CheckResult } from '../../state/check-result.ts'
import type { Json } from '../../state/json.ts'
import { uses } from './fill.ts'
import { openLanes } from './lanes.ts'
import type { CheckMeans } from './means.ts'
import { runCheck } from './run-check.ts'

/**
 * All checks, several at once, each with its own deadline and all of them with one; a check that uses a value waits for the
 * one that extracts it. Results in the manifest's order. What could not be asked properly is inconclusive, and never a pass.
 */
export async function runChecks(means: CheckMeans): Promise<readonly CheckResult[]> {
  const endsAt = performance.now() + means.deadlineMs
  const suite = { means, lanes: openLanes(means.limit ?? 8), values: new Map<string, Json>(), endsAt }
  const started = new Map<string, Promise<CheckResult>>()
  const all = means.checks.map(check => {
    const before = uses(check).flatMap(name => means.checks.filter(other => name in other.extract && other !== check))
    const result = Promise.all(before.flatMap(({ name }) => started.get(name) ?? [])).then(() => runCheck(check, suite))
    started.set(check.name, result)
    return result.then(done => {
      means.onResult(done)
      return done
    })
  })
  return Promise.all(all)
}
