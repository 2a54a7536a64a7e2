import type { Result } from '../../state/fault.ts'
import type { RoomCommand } from '../../state/room-command.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { RunContext } from '../permit.ts'

/** Starts a release on clones, where nothing that serves is met or taken for it. */
export type Rooms = {
  readonly attempt: (command: RoomCommand, context: RunContext, evidence: Evidence) => Promise<Outcome>
  readonly close: () => Promise<void>
}

export type Start = Extract<RoomCommand, { kind: 'room.start' }>

/** What runs in a room. */
export type Tenant = {
  readonly service: string
  /** Where the others in the room reach it. */
  readonly inside: { readonly host: string; readonly port: number | null }
  /** Where it is reached from here. */
  readonly outside: { readonly host: string; readonly port: number | null }
  /** Null while it runs; else its last words. */
  readonly ended: () => Promise<string | null>
  /** Null: it ended with 0. */
  readonly ask: (argv: readonly string[], timeoutMs: number) => Promise<string | null>
  readonly end: (evidence: Evidence) => Promise<void>
}

/** One kind of host. */
export type Landlord = {
  readonly start: (given: {
    readonly command: Start
    readonly env: Readonly<Record<string, string>>
    readonly port: number | null
    readonly context: RunContext
    readonly evidence: Evidence
  }) => Promise<Result<Tenant>>
  /** Removes what is left of the room itself, once its tenants have ended. What of that it could not, in words. */
  readonly clear: (room: string, evidence: Evidence) => Promise<readonly string[]>
}
