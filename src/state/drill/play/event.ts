import type { PhaseNumber } from '../../phases.ts'

/** What happened in a drill. Lines of the drill's own journal, beside those of the steps its faults are. */
export type DrillEvent =
  /** Its steady state was seen: from here on its clock runs. */
  | { readonly kind: 'drill.began' }
  /** A rollback was opened in it. */
  | { readonly kind: 'drill.joined'; readonly run: string }
  /** That run came to a phase, or began a step of its plan. */
  | {
      readonly kind: 'drill.reached'
      readonly run: string
      readonly phase: PhaseNumber
      /** A step of its plan that it begins with this. */
      readonly begins: string | null
    }
  /** That run is closed. */
  | { readonly kind: 'drill.left'; readonly run: string; readonly outcome: string }
  | { readonly kind: 'event.said'; readonly inject: string; readonly text: string; readonly wantsAnswer: boolean }
  | { readonly kind: 'event.answered'; readonly inject: string; readonly text: string }
  | { readonly kind: 'hint.taken'; readonly hint: number; readonly text: string; readonly cost: number }
  /** By whoever leads the drill: now, whatever its moment. */
  | { readonly kind: 'inject.fired'; readonly inject: string }
  /** Not before it is let go again. */
  | { readonly kind: 'inject.held'; readonly inject: string; readonly held: boolean }
  | { readonly kind: 'observation.made'; readonly text: string }
  /** A clean-up that a person does by hand was done. */
  | { readonly kind: 'hand.done'; readonly text: string }
  /** From here on everything is taken back. */
  | { readonly kind: 'drill.ending'; readonly why: DrillEnd; readonly words: string }

const drillEvents: Readonly<Record<DrillEvent['kind'], true>> = {
  'drill.began': true,
  'drill.joined': true,
  'drill.reached': true,
  'drill.left': true,
  'event.said': true,
  'event.answered': true,
  'hint.taken': true,
  'inject.fired': true,
  'inject.held': true,
  'observation.made': true,
  'hand.done': true,
  'drill.ending': true,
}

export function isDrillEvent(event: { readonly kind: string }): event is DrillEvent {
  return Object.hasOwn(drillEvents, event.kind)
}

/**
 * `finished`: what was played is closed. `halted`: a person stopped it. `lost`: the process that led it ended, and another takes
 * everything back. `beyond`: something was hurt that the scenario does not name.
 */
export type DrillEnd = 'finished' | 'halted' | 'deadline' | 'stop condition' | 'beyond' | 'lost' | 'not steady'

/** What is asked of a drill. Everybody in it may halt it; nobody needs the helm. */
export type DrillAsk =
  | { readonly kind: 'answer event'; readonly inject: string; readonly text: string }
  | { readonly kind: 'take a hint'; readonly hint: number }
  | { readonly kind: 'fire'; readonly inject: string }
  | { readonly kind: 'hold inject'; readonly inject: string; readonly held: boolean }
  | { readonly kind: 'observe'; readonly text: string }
  | { readonly kind: 'done by hand'; readonly text: string }
  | { readonly kind: 'halt'; readonly reason: string }
