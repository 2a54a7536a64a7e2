import type { Effect, Statement } from '../facts.ts'

/** What a statement does; journals of 0.1.0 have one `effect` of each. */
export function effectsIn(statement: Statement | { readonly effect: Effect }): readonly Effect[] {
  return 'effect' in statement ? [statement.effect] : statement.effects
}
