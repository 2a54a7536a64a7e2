import { attemptsOf, type Attempt } from '../attempts.ts'
import type { Line, RunEvent } from '../event.ts'
import type { Manifest } from '../manifest.ts'
import { replay } from '../reduce.ts'
import type { RunState } from '../run-state.ts'
import { oneLine } from '../text.ts'
import { betweenMs } from '../times.ts'
import type { Evidence } from './proposal.ts'

/** A run as the rules look at it. */
export type Seen = {
  readonly run: string
  readonly lines: readonly Line[]
  readonly state: RunState
  readonly manifest: Manifest
  readonly attempts: readonly Attempt[]
}

/** Null: no run was opened by these lines, or it was an errand. */
export function seenIn(lines: readonly Line[]): Seen | null {
  const state = replay(lines)
  if (state.run === null || (state.run.purpose.kind !== 'rollback' && state.run.purpose.kind !== 'undo')) return null
  return { run: state.run.id, lines, state, manifest: state.run.manifest, attempts: attemptsOf(lines) }
}

/** What comes from outside is told on one line, without control sequences. */
const longest = 300

/** Null: it has not ended. */
export function tookMs({ begunAt, endedAt }: Attempt): number | null {
  return endedAt === null ? null : betweenMs(begunAt, endedAt)
}

export function ofAttempt({ run }: Seen, { seq, endedSeq }: Attempt, says: string): Evidence {
  return { run, seq: endedSeq ?? seq, says: oneLine(says, longest) }
}

/** By the last event that is so; the opening, where none is. */
export function ofEvent({ run, lines }: Seen, is: (event: RunEvent) => boolean, says: string): Evidence {
  return { run, seq: lines.findLast(({ event }) => is(event))?.seq ?? 1, says: oneLine(says, longest) }
}
