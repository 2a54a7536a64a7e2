import type { Facts } from '../../state/facts.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { Plan } from '../../state/plan.ts'
import type { Desk } from '../engine/desk.ts'

export type Rehearsing = {
  readonly desk: Desk
  readonly manifest: Manifest
  readonly facts: Facts
  readonly plan: Plan
  readonly by: string
  /** The end of the clones' names: another for each rehearsal. */
  readonly clone: string
  /** Aborted, nothing more is begun, and the clones go. */
  readonly signal: AbortSignal
}
