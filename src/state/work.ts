import type { CheckSuite, RunEvent } from './event.ts'
import type { DueMessage } from './outbox.ts'
import type { Step } from './plan.ts'

/** What the engine has to do now. `id` tells one piece of work from another while it is in flight. */
export type Work =
  /** Ask every host for its id. */
  | { readonly id: string; readonly kind: 'identify' }
  | { readonly id: string; readonly kind: 'assess' }
  | { readonly id: string; readonly kind: 'plan' }
  /** The plan that waits, on a clone. */
  | { readonly id: string; readonly kind: 'rehearse' }
  /** Decided by rule, in the name of whoever opened the run. */
  | { readonly id: string; readonly kind: 'record'; readonly events: readonly RunEvent[] }
  | { readonly id: string; readonly kind: 'queue'; readonly messages: readonly DueMessage[] }
  | { readonly id: string; readonly kind: 'step'; readonly step: Step }
  /** Probe a step that was begun and neither done nor failed. */
  | { readonly id: string; readonly kind: 'look'; readonly step: Step }
  /** `after`: the watch is over when `watchMs` have passed since then. */
  | { readonly id: string; readonly kind: 'checks'; readonly suite: CheckSuite; readonly after: string | null }
  /** What the run taught, as proposals. */
  | { readonly id: string; readonly kind: 'learn' }
  | { readonly id: string; readonly kind: 'book' }
  | { readonly id: string; readonly kind: 'report' }
  | { readonly id: string; readonly kind: 'close' }

export const learning: Work = { id: 'learn', kind: 'learn' }
