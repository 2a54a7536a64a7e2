import type { Probed } from '../../state/facts.ts'
import type { MessageCommand } from '../../state/message.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Permit, RunContext } from '../permit.ts'

export type ChannelMeans = {
  readonly resolve: (value: string) => Promise<string>
  readonly now: () => Date
  /** How long an answer is waited for. */
  readonly timeoutMs?: number
}

export type ChannelLook = {
  /** Was this delivery made? `unclear` where the receiver cannot tell. */
  readonly probe: (command: MessageCommand, context: RunContext) => Promise<Probed>
  /** Would a message be taken, as far as that shows without sending one? */
  readonly verify: () => Promise<Verified>
}

export type Verified = { readonly ok: boolean; readonly says: string; readonly next: string }

export type ChannelAct = ChannelLook & {
  readonly apply: (command: MessageCommand, permit: Permit, context: RunContext, evidence: Evidence) => Promise<Outcome>
}
