import type { TurnKind } from './turns.ts'

/** What each takes of a hundred points. A hint takes what its scenario says. */
export const prices = {
  anotherDecision: 25,
  /** As well, where something was changed that should have been left alone. */
  rolledBackInstead: 15,
  /** Another one at first, and the right one in the end. */
  atFirst: 10,
  missed: 8,
  unanswered: 5,
  again: 5,
  inconclusive: 2,
  notRun: 2,
  recordItem: 3,
} as const

export const turnPrices: Readonly<Record<TurnKind, number>> = {
  override: 10,
  undone: 5,
  unclear: 4,
  skipped: 4,
  'failed again': 3,
  withdrawn: 2,
  'signed off': 1,
}
