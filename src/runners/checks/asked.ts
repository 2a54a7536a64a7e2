import type { Json } from '../../state/json.ts'
import type { Got } from './asserts.ts'

/** What a question brought, or why it brought nothing. `final`: nothing else would come of asking again. */
export type Asked =
  | { readonly got: Got }
  | {
      readonly verdict: 'fail' | 'inconclusive'
      readonly says: string
      readonly where?: string
      readonly final?: true
    }

/** A text that is no JSON has none. */
export function parsed(text: string): { readonly json?: Json } {
  try {
    return { json: JSON.parse(text) as Json }
  } catch {
    return {}
  }
}
