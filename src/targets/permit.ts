import type { ActCommand } from '../state/command.ts'
import type { Fault } from '../state/fault.ts'

/** The code of a fault: the environment is somebody else's by now. */
export const notOurs = 'step.not-ours'

declare const fromTheJournal: unique symbol

/**
 * The right to make one change, once. Only the journal makes one, after the intent is on disk;
 * an adapter spends it before its first effect.
 */
export type Permit = {
  readonly [fromTheJournal]: true
  readonly run: string
  readonly step: string
  readonly attempt: number
  readonly epoch: number
  readonly who: string
  /**
   * Asked before each change of a command that makes several: whoever acts may have been stopped meanwhile, and the environment be
   * somebody else's. A fault: this one makes no further change, and what became of its command is unknown.
   */
  readonly stillOurs: () => Promise<Fault | null>
  /** Throws if it was spent before or was made for another command. */
  readonly spend: (command: ActCommand) => void
}

/** What an adapter may know of the run when it looks. */
export type RunContext = {
  readonly run: string
  readonly environment: string
  readonly directory: string
  /** Of this run in this directory: after a take-over by another bastion the same run has another. */
  readonly holder: string
}
