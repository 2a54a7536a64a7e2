/** `inconclusive`: nothing asserted, an unresolved path, a runner error, a skip. Never a pass. */
export type Verdict = 'pass' | 'degraded' | 'fail' | 'inconclusive'

export type CheckResult = {
  readonly name: string
  readonly group: string
  readonly severity: 'must' | 'should'
  readonly verdict: Verdict
  /** What was expected and what was got, one line. */
  readonly says: string
  readonly latencyMs: number | null
  /** The one that passed, or the last. */
  readonly attempts: number
  /** The first failure, kept even when a later attempt passed ("flaky"). */
  readonly firstFailure: string | null
  /** Of a flow, in its order. */
  readonly steps?: readonly CheckStepResult[]
}

export type CheckStepResult = {
  readonly name: string
  readonly verdict: Verdict
  readonly says: string
  readonly latencyMs: number | null
}
