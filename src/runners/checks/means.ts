import type { CheckResult } from '../../state/check-result.ts'
import type { Json } from '../../state/json.ts'
import type { Check } from '../../state/check.ts'
import type { Cell } from '../../targets/cells.ts'
import type { Cookies } from '../../targets/probes/cookies.ts'
import type { ContainerTry } from '../../targets/services/containers.ts'

export type CheckMeans = {
  readonly checks: readonly Check[]
  readonly cell: Cell
  readonly containers: ContainerTry
  readonly resolve: (value: string) => Promise<string>
  readonly mask: (text: string) => string
  readonly signal: AbortSignal
  readonly onResult: (result: CheckResult) => unknown
  /** The suite is over by then, whatever is asked. */
  readonly deadlineMs: number
  /** Questions at work at once, those that have been waited for long left out. */
  readonly limit?: number
}

/** What one question is asked with. */
export type Asking = Pick<CheckMeans, 'cell' | 'containers' | 'resolve'> & {
  readonly values: ReadonlyMap<string, Json>
  /** Null: kept from no request to the next. */
  readonly cookies: Cookies | null
  readonly timeoutMs: number
}
