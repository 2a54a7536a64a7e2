import type { PhaseNumber } from '../../phases.ts'
import type { DrillEnd } from './event.ts'

/** A drill as a fold of its events. What was put at targets stands among the steps of the same state. */
export type DrillState = {
  /** When its clock began to run; null: its steady state is still being looked at. */
  readonly began: string | null
  /** Rollbacks played in it, by run, oldest first. */
  readonly played: Readonly<Record<string, Played>>
  /** By inject. */
  readonly said: Readonly<Record<string, SaidEvent>>
  readonly fired: Readonly<Record<string, { readonly by: string; readonly at: string }>>
  readonly held: readonly string[]
  readonly hints: readonly TakenHint[]
  readonly observations: readonly Spoken[]
  /** Clean-ups that people did by hand. */
  readonly byHand: readonly Spoken[]
  readonly ending: { readonly why: DrillEnd; readonly words: string; readonly by: string; readonly at: string } | null
}

export type Played = {
  readonly joined: string
  /** When it was first in each phase, and when each step of its plan was first begun. */
  readonly phases: Readonly<Partial<Record<PhaseNumber, string>>>
  readonly steps: Readonly<Record<string, string>>
  readonly closed: { readonly outcome: string; readonly at: string } | null
}

export type SaidEvent = {
  readonly text: string
  readonly wantsAnswer: boolean
  readonly at: string
  readonly answered: Spoken | null
}

export type TakenHint = {
  readonly hint: number
  readonly text: string
  readonly cost: number
  readonly by: string
  readonly at: string
}

export type Spoken = { readonly text: string; readonly by: string; readonly at: string }

export const notBegun: DrillState = {
  began: null,
  played: {},
  said: {},
  fired: {},
  held: [],
  hints: [],
  observations: [],
  byHand: [],
  ending: null,
}
