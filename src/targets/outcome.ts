import type { Fault } from '../state/fault.ts'
import type { Json } from '../state/json.ts'

/** What an adapter found or did. Expected failures are values; what is thrown is a bug in Astern. */
export type Outcome =
  | { readonly ok: true; readonly observed: Json; readonly says: string }
  | {
      readonly ok: false
      readonly fault: Fault
      readonly observed: Json
      /** A change was asked for and nobody answered: it may have been made, or be made yet. */
      readonly unknown?: true
    }

/** Lines for the step's evidence file. Already stripped of control sequences; masked where they are written. */
export type Evidence = (line: string) => void
