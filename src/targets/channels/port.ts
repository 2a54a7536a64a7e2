import type { MessageCommand } from '../../state/command.ts'
import type { Probed } from '../../state/facts.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Permit, RunContext } from '../permit.ts'

export type ChannelLook = {
  /** Was this delivery made? `unclear` where the receiver cannot tell. */
  readonly probe: (command: MessageCommand, context: RunContext) => Promise<Probed>
}

export type ChannelAct = ChannelLook & {
  /** `by key`: the receiver deduplicates by delivery id, so sending twice counts once. */
  readonly repeat: 'by state' | 'by key' | 'never'
  readonly apply: (command: MessageCommand, permit: Permit, context: RunContext, evidence: Evidence) => Promise<Outcome>
}
