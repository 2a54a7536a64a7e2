import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckResult } from '../../state/check-result.ts'
import type { Check } from '../../state/check.ts'
import type { Json } from '../../state/json.ts'
import { oneLine } from '../../state/text.ts'
import { attemptCheck, outOfTime, type Attempt, type Firsts } from './attempt.ts'
import { hide } from './hide.ts'
import type { Lanes } from './lanes.ts'
import type { CheckMeans } from './means.ts'

export type SuiteAtWork = {
  readonly means: CheckMeans
  readonly lanes: Lanes
  readonly values: Map<string, Json>
  /** On the clock of `performance`. */
  readonly endsAt: number
}

/**
 * One check until it passes, as often in a row and for as long as it has to, or until its attempts or the suite's time are
 * used up. The first failure is kept, whatever comes after it.
 */
export async function runCheck(check: Check, suite: SuiteAtWork): Promise<CheckResult> {
  const { means, lanes, values } = suite
  const { holdMs = 0 } = check
  const consecutive = Math.max(check.consecutive ?? 1, watches(check) ? 2 : 1)
  const firsts: Firsts = new Map()
  const hidden: Record<string, Json> = {}
  const say = (text: string): string => means.mask(hide(text, { ...Object.fromEntries(values), ...hidden }))
  let last: Attempt = nothing('it was not run')
  let firstFailure: string | null = null
  let [failures, passes, since] = [0, 0, 0]
  for (;;) {
    const tried = await lanes(() => tryOnce(check, suite, firsts))
    if (tried === null) {
      if (failures + passes === 0) last = nothing(`it was not asked: ${why(suite)}`)
      else if (passes > 0) last = nothing(`it passes; whether it stays so is not known: ${why(suite)}`)
      break
    }
    last = tried
    Object.assign(hidden, last.hidden)
    if (last.verdict === 'pass') {
      if (passes === 0) since = performance.now()
      passes += 1
      if (passes >= consecutive && performance.now() - since >= holdMs) break
    } else {
      passes = 0
      failures += 1
      firstFailure ??= say(last.says)
      if (failures >= check.attempts || last.final) break
    }
    await pause(Math.min(check.intervalMs, left(suite)), means.signal)
  }
  for (const [key, value] of Object.entries(last.extracted)) values.set(key, value)
  const { name, group, severity } = check
  const { verdict, latencyMs, steps } = last
  return {
    name,
    group,
    severity,
    verdict,
    says: say(last.says),
    latencyMs,
    attempts: failures + (passes > 0 ? 1 : 0),
    firstFailure,
    ...(steps === undefined ? {} : { steps: steps.map(step => ({ ...step, says: say(step.says) })) }),
  }
}

/** Whether a container stays cannot be seen at one look. */
function watches({ request, asserts }: Check): boolean {
  const all = request.kind === 'flow' ? request.steps.flatMap(step => step.asserts) : asserts
  return all.some(({ kind }) => kind === 'steady')
}

function why({ means }: SuiteAtWork): string {
  return means.signal.aborted ? 'the suite was ended' : outOfTime
}

/** Null: there is no time left for it. */
async function tryOnce(check: Check, suite: SuiteAtWork, firsts: Firsts): Promise<Attempt | null> {
  const { means, values } = suite
  const timeoutMs = (): number => Math.min(check.timeoutMs, Math.round(left(suite)))
  if (means.signal.aborted || timeoutMs() <= 0) return null
  const work = attemptCheck(check, means, { values, timeoutMs, firsts }).catch(error =>
    nothing(`it could not be judged: ${oneLine(String(error))}`),
  )
  return orOver(work, suite)
}

/** What a question of its own knows to say of its end, it says first. */
const graceMs = 1500

async function orOver(work: Promise<Attempt>, suite: SuiteAtWork): Promise<Attempt> {
  const { promise, resolve } = Promise.withResolvers<Attempt>()
  const over: Attempt = { ...nothing(`no answer when ${outOfTime}`), verdict: 'fail' }
  const timer = setTimeout(() => resolve(over), left(suite) + graceMs)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

/** Nobody answers in less. */
const leastMs = 10

function left({ endsAt }: SuiteAtWork): number {
  const ms = endsAt - performance.now()
  return ms < leastMs ? 0 : ms
}

function nothing(says: string): Attempt {
  return { verdict: 'inconclusive', says, latencyMs: null, extracted: {}, hidden: {}, final: false }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
