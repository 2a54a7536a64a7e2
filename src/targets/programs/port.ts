import type { Fault, Result } from '../../state/fault.ts'
import type { ProgramCommand } from '../../state/program-command.ts'
import type { Evidence } from '../outcome.ts'
import type { Permit, RunContext } from '../permit.ts'

/** Runs a migration's program where its release lives. Whoever asks judges by the database what came of it. */
export type Programs = {
  /** One that an engine which ended left running is waited for. Null: nothing of it is there. */
  readonly ended: (command: ProgramCommand, context: RunContext) => Promise<Result<Left | null>>
  /** Once; `permit` was spent for this very command. Its output becomes evidence. */
  readonly run: (
    command: ProgramCommand,
    permit: Permit,
    context: RunContext,
    evidence: Evidence,
  ) => Promise<ProgramEnd>
  /** What the run's programs have left, and nobody needs any more. */
  readonly clear: (context: RunContext, evidence: Evidence) => Promise<void>
}

/** How one ended whose engine had ended before it. `last`: its last words. */
export type Left = { readonly code: number; readonly last: string }

export type ProgramEnd =
  /** `last`: its last words. `code` null: a signal ended it. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly last: string }
  | { readonly kind: 'not begun'; readonly fault: Fault }
  /** Nobody answered: it may be running. */
  | { readonly kind: 'unknown'; readonly fault: Fault }

/** What a program is given, once its secrets are known. */
export type Given = {
  readonly command: ProgramCommand
  readonly env: Readonly<Record<string, string>>
  readonly permit: Permit
  readonly context: RunContext
  readonly evidence: Evidence
}
