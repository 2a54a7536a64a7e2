import type { RunState } from '../run-state.ts'
import { betweenMs } from '../times.ts'
import { isEnding } from './is-drill.ts'
import type { SaidEvent } from './play/drill-state.ts'

export type SaidBy = SaidEvent & { readonly inject: string }

/** What was said in a drill, oldest first. */
export function saidIn(drill: RunState | null): readonly SaidBy[] {
  const said = Object.entries(drill?.drill?.said ?? {}).map(([inject, one]) => ({ inject, ...one }))
  return said.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

/** What somebody waits for an answer to, oldest first; nothing once the drill is ending. */
export function unanswered(drill: RunState | null): readonly SaidBy[] {
  if (drill === null || isEnding(drill)) return []
  return saidIn(drill).filter(({ wantsAnswer, answered }) => wantsAnswer && answered === null)
}

/** For how long what was just said stands on the screen. */
export const shownMs = 60_000
const takenMs = 10_000

/** What was said last, while it is news; whoever answered it is shown that it was taken. */
export function justSaid(drill: RunState | null, now: string): SaidBy | null {
  const last = saidIn(drill).at(-1)
  if (last === undefined) return null
  const { at, answered } = last
  return betweenMs(answered?.at ?? at, now) <= (answered === null ? shownMs : takenMs) ? last : null
}
