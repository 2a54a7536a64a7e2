import type { RunState } from '../run-state.ts'
import { isEnding } from './is-drill.ts'
import { hasCome, scenarioOf } from './play/due.ts'

export type OfferedHint = {
  readonly hint: number
  readonly cost: number
  /** Points that the hints taken so far have cost. */
  readonly spent: number
}

/** The hint that can be had now, without what it says; null: there is none for this moment. */
export function offeredHint(drill: RunState | null, now: string): OfferedHint | null {
  const played = drill?.drill
  if (drill === null || played === undefined || isEnding(drill)) return null
  const taken = new Set(played.hints.map(({ hint }) => hint))
  const spent = played.hints.reduce((sum, { cost }) => sum + cost, 0)
  const hints = scenarioOf(drill)?.hints ?? []
  const hint = hints.findIndex(({ after }, index) => !taken.has(index) && hasCome(after, played, now))
  return hint === -1 ? null : { hint, cost: hints[hint]?.cost ?? 0, spent }
}

export function pointsText(points: number): string {
  return points === 1 ? '1 point' : `${points} points`
}
