import type { SeenSession } from './blocked.ts'
import type { DrillAsk } from './drill/play/event.ts'
import type { Decision, RunEvent } from './event.ts'
import type { ProposalAnswer } from './learning/proposal.ts'
import type { Chosen } from './plan.ts'

/** What a person asks for. `seenSeq`: the last event they had seen; `epoch`: the helm they hold. */
export type Intent = {
  readonly id: string
  readonly seenSeq: number
  readonly epoch: number
  /** The gate it answers; null where it answers none (a note, taking the helm). */
  readonly gate: string | null
  readonly ask: Ask
}

export type Ask =
  | DrillAsk
  | { readonly kind: 'take the helm'; readonly reason: string | null }
  /** Of whoever has it, who gives it or keeps it; after a while without an answer it can be taken. */
  | { readonly kind: 'ask for the helm'; readonly reason: string | null }
  /** `to`: the console that was read to ask. */
  | { readonly kind: 'give the helm'; readonly to: string }
  | { readonly kind: 'keep the helm'; readonly to: string; readonly word: string | null }
  | { readonly kind: 'leave the helm' }
  | { readonly kind: 'decide'; readonly decision: Decision }
  | { readonly kind: 'edit the message'; readonly subject: string; readonly text: string }
  | {
      readonly kind: 'approve'
      readonly hash: string
      readonly typed: readonly string[]
      readonly unattendedUntil: string | null
    }
  /** By somebody who is not at the helm, and not who approved first. */
  | { readonly kind: 'approve as second'; readonly hash: string; readonly typed: readonly string[] }
  | ({ readonly kind: 'plan again' } & Chosen)
  /** Tries the plan's way back on a clone now, beside the approval; the plan is made again with what it found. */
  | { readonly kind: 'rehearse' }
  | { readonly kind: 'retry'; readonly step: string }
  /** A message that was given up, or may have been sent. */
  | { readonly kind: 'send again'; readonly message: string }
  /** Sessions that keep a step waiting, as they were seen. */
  | { readonly kind: 'end sessions'; readonly step: string; readonly sessions: readonly SeenSession[] }
  | { readonly kind: 'skip'; readonly step: string; readonly reason: string }
  /** A revised plan that puts one service, or everything, back; it wants its own approval. */
  | { readonly kind: 'undo'; readonly step: string | null }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'check again' }
  | { readonly kind: 'accept validation'; readonly reason: string | null }
  | { readonly kind: 'add lessons'; readonly lessons: string; readonly owner: string; readonly reviewAt: string }
  /** Of the post-mortem, as it is booked. For another time lessons are added once more. */
  | { readonly kind: 'call off'; readonly reason: string }
  | ({ readonly kind: 'answer proposal'; readonly id: string } & ProposalAnswer)
  /** What became of the file, by the console that took it. */
  | { readonly kind: 'tell proposal'; readonly id: string; readonly written: boolean; readonly says: string }
  | { readonly kind: 'sign off'; readonly item: string; readonly reason: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'close' }
  | { readonly kind: 'stop'; readonly reason: string }

/** Why something is not done. The same sentence greys the key and answers the intent. */
export type Refusal = { readonly code: string; readonly reason: string }

/** Who asks: the connection's console id, the epoch of the helm it believes it holds, and the account, which the engine alone knows. */
export type Asker = { readonly name: string; readonly console: string; readonly epoch: number; readonly uid?: number }

export type Decided =
  | { readonly ok: true; readonly events: readonly RunEvent[] }
  | { readonly ok: false; readonly refusal: Refusal }

/** Handed in, so that the core reads no clock: an ISO time, and sha256 as hex. */
export type Means = { readonly now: string; readonly hash: (text: string) => string }
