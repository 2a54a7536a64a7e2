import type { CheckResult } from '../../state/check-result.ts'
import type { Result } from '../../state/fault.ts'
import type { Json } from '../../state/json.ts'
import type { Check } from '../../state/manifest.ts'

export type CheckMeans = {
  readonly checks: readonly Check[]
  readonly sqlCell: (database: string, sql: string) => Promise<Result<Json>>
  readonly resolve: (value: string) => Promise<string>
  readonly mask: (text: string) => string
  readonly signal: AbortSignal
  readonly onResult: (result: CheckResult) => unknown
  /** Checks at work at once. */
  readonly limit?: number
}
