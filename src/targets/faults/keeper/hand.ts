import type { Fault } from '../../../state/fault.ts'
import type { Evidence } from '../../outcome.ts'

/** What a keeper, and whoever takes a fault away without one, needs from outside. */
export type HandMeans = {
  /** A secret reference or plain text -> its value. */
  readonly resolve: (value: string) => Promise<string>
  readonly now: () => Date
  readonly evidence: Evidence
}

/** What is done for one fault. Each may be done again; what is thrown counts as a fault of the system's. */
export type Hands = {
  /** Null: it is there. */
  readonly put: () => Promise<Fault | null>
  /** While it is there. Ends when `signal` is aborted. */
  readonly hold?: (signal: AbortSignal) => Promise<void>
  /** Also where it never was. Null: nothing of it is left. */
  readonly takeBack: () => Promise<Fault | null>
}
