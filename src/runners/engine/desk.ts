import type { Channel } from '../../state/channel.ts'
import type { Command } from '../../state/command.ts'
import type { Probed } from '../../state/facts.ts'
import type { Actor, Line, RunEvent } from '../../state/event.ts'
import type { MessageCommand } from '../../state/message.ts'
import type { Booking } from '../../state/review.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Acts } from '../../targets/acts.ts'
import type { RunContext } from '../../targets/permit.ts'
import type { Journal } from '../journal/journal.ts'
import type { Mask } from '../secrets.ts'

/** What every part of the engine works with. `state` is always the fold of what is durable. */
export type Desk = {
  readonly journal: Journal
  readonly acts: Acts
  readonly context: RunContext
  /** Many steps begin at once, and each looks at every host's lock: they share those looks. */
  readonly lookAtLock: (command: Extract<Command, { kind: 'lock.take' }>) => Promise<Probed>
  readonly state: () => RunState
  /** Appends, waits until it is on disk, folds. */
  readonly write: (events: readonly RunEvent[], actor?: Actor) => Promise<readonly Line[]>
  readonly now: () => Date
  /** Milliseconds since boot; it goes on while this process is stopped, or its machine sleeps. */
  readonly mono: () => number
  readonly hash: (text: string) => string
  readonly resolve: (value: string) => Promise<string>
  readonly mask: Mask
  readonly crash: Crash
  readonly writers: Writers
}

/** Named points at which a test ends the process; nothing otherwise. */
export type Crash = (point: CrashPoint, step: string) => void
export type CrashPoint = 'before-intent' | 'after-intent' | 'after-effect' | 'after-result'

/** Documents made from the journal, handed in by the composition. Each returns the files it wrote, relative to the run. */
export type Writers = {
  readonly report: (
    lines: readonly Line[],
    directory: string,
  ) => Promise<{ readonly file: string; readonly bytes: number; readonly sha256: string }>
  readonly invitation: (
    state: RunState,
    directory: string,
    now: string,
    booking: Booking,
  ) => Promise<{ readonly file: string; readonly sha256: string }>
  /** The invitation as a mail to a calendar carries it; null: that channel is no e-mail. */
  readonly invitationFor: (
    state: RunState,
    now: string,
    channel: Channel | undefined,
  ) => MessageCommand['invitation'] | null
}
