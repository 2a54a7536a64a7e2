import type { FaultCommand, InjectFault } from '../../state/drill/command.ts'
import type { Inject } from '../../state/drill/scenario.ts'
import type { Probed } from '../../state/facts.ts'
import type { Result } from '../../state/fault.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Permit, RunContext } from '../permit.ts'

/** A fault as its target tells of it: whose it is, what it is, and when it is gone by itself. */
export type FaultSeen = {
  /** The drill's run. */
  readonly run: string
  readonly injected: InjectFault
  /** ISO time. */
  readonly expiresAt: string
}

/** Nothing here changes anything: what the proof and the watchdog hold. Everything answers within its own deadline. */
export type FaultLook = {
  /** Whether this could be put there, and would be gone by itself in time: ok says how, a fault why not. */
  readonly able: (inject: Inject) => Promise<Result<string>>
  /** Faults of whichever drill that are at the target now, or left half-way. */
  readonly seen: () => Promise<readonly Result<readonly FaultSeen[]>[]>
  /** Of an inject: is it there? Of an undo: is nothing left of it? */
  readonly probe: (command: FaultCommand, context: RunContext) => Promise<Probed>
  readonly close: () => Promise<void>
}

export type FaultAct = FaultLook & {
  /** Spends the permit, changes, and looks again. An undo of what is not there is ok. */
  readonly apply: (command: FaultCommand, permit: Permit, context: RunContext, evidence: Evidence) => Promise<Outcome>
}
