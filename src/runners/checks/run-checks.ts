import type { CheckResult } from '../../state/check-result.ts'
import type { Json } from '../../state/json.ts'
import type { Check } from '../../state/manifest.ts'
import { attemptCheck, type Attempt } from './attempt.ts'
import { uses } from './fill.ts'
import type { CheckMeans } from './means.ts'

/**
 * All checks, several at once, each with its own deadline; a check that uses a value waits for the one that extracts
 * it. Results in the manifest's order. What could not be asked properly is inconclusive, and never a pass.
 */
export async function runChecks(means: CheckMeans): Promise<readonly CheckResult[]> {
  const values = new Map<string, Json>()
  const gate = limiter(means.limit ?? 8)
  const started = new Map<string, Promise<CheckResult>>()
  const all = means.checks.map(check => {
    const before = uses(check).flatMap(name => means.checks.filter(other => name in other.extract && other !== check))
    const result = Promise.all(before.flatMap(({ name }) => started.get(name) ?? [])).then(() =>
      gate(() => runCheck(check, means, values)),
    )
    started.set(check.name, result)
    return result.then(done => {
      means.onResult(done)
      return done
    })
  })
  return Promise.all(all)
}

async function runCheck(check: Check, means: CheckMeans, values: Map<string, Json>): Promise<CheckResult> {
  const { name, group, severity } = check
  let firstFailure: string | null = null
  let last: Attempt = { verdict: 'inconclusive', says: 'it was not run', latencyMs: null, extracted: {} }
  let attempts = 0
  while (attempts < check.attempts && !means.signal.aborted) {
    if (attempts > 0) await pause(check.intervalMs, means.signal)
    attempts += 1
    last = await attemptCheck(check, means, values)
    if (last.verdict === 'pass') break
    firstFailure ??= means.mask(last.says)
  }
  for (const [key, value] of Object.entries(last.extracted)) values.set(key, value)
  const says = means.mask(last.says)
  return { name, group, severity, verdict: last.verdict, says, latencyMs: last.latencyMs, attempts, firstFailure }
}

/** At most so many at once, in the order they came. */
function limiter(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = limit
  const waiting: (() => void)[] = []
  return async work => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  return promise
}
