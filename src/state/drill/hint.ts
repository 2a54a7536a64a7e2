import { phaseName, type PhaseNumber } from '../phases.ts'
import type { RunState } from '../run-state.ts'
import { isEnding } from './is-drill.ts'
import type { DrillState } from './play/drill-state.ts'
import { hasCome, scenarioOf } from './play/due.ts'
import type { Moment } from './scenario.ts'

export type OfferedHint = {
  readonly hint: number
  /** The phase it is for; null: it is for none. */
  readonly phase: PhaseNumber | null
  readonly cost: number
  /** Points that the hints taken so far have cost. */
  readonly spent: number
}

/** The newest hint that can be had now, without what it says; null: there is none for this moment. */
export function offeredHint(drill: RunState | null, now: string): OfferedHint | null {
  const played = drill?.drill
  if (drill === null || played === undefined || isEnding(drill)) return null
  const taken = new Set(played.hints.map(({ hint }) => hint))
  const spent = played.hints.reduce((sum, { cost }) => sum + cost, 0)
  const hints = scenarioOf(drill)?.hints ?? []
  const hint = hints.findLastIndex(
    ({ after }, index) => !taken.has(index) && hasCome(after, played, now) && !isBehind(after, played),
  )
  const found = hints[hint]
  if (found === undefined) return null
  return { hint, phase: found.after.kind === 'phase' ? found.after.phase : null, cost: found.cost, spent }
}

/** In Follow-up all is decided and accepted that the phases before it could have been helped with. */
function isBehind(moment: Moment, { played }: DrillState): boolean {
  return moment.kind === 'phase' && moment.phase < 6 && Object.values(played).at(-1)?.phases[6] !== undefined
}

/** `is for Plan and costs 5 points` */
export function hintPrice({ phase, cost }: OfferedHint): string {
  return `${phase === null ? '' : `is for ${phaseName(phase)} and `}costs ${pointsText(cost)}`
}

export function pointsText(points: number): string {
  return points === 1 ? '1 point' : `${points} points`
}
