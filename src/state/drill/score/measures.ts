import { betweenMs } from '../../times.ts'
import { scenarioOf } from '../play/due.ts'
import type { Targets } from '../scenario.ts'
import { decisive } from './decision.ts'
import { detectedAt } from './detected.ts'
import { mitigatedAt } from './hurt.ts'
import { firstOf } from './injected.ts'
import { byTime, endOf, type Journaled } from './journaled.ts'
import { longestSilence, toldAt } from './told.ts'

export type MeasureId = 'detect' | 'declare' | 'decide' | 'mitigate' | 'verify' | 'first message' | 'longest silence'

/** `tookMs` null: it never came to its end, and nothing is measured. */
export type Measure = {
  readonly id: MeasureId
  readonly says: string
  readonly from: string | null
  readonly to: string | null
  readonly tookMs: number | null
  /** Where it did not come to its end: so long it was waited for. */
  readonly waitedMs: number | null
  readonly targetMs: number | null
  readonly standing: 'kept' | 'missed' | 'no target' | 'not measured'
}

type Way = { readonly says: string; readonly target: keyof Targets }

/**
 * The seven durations of a drill. All begin when the first fault was there (`firstOf`), which is when users began to be hurt, and none
 * goes beyond the drill's end. Each is the number as it was, of this drill alone: a mean over incidents says nothing that holds
 * (Google, "Incident Metrics in SRE").
 *
 * - detect: until it was noticed. Its time as people said it with the decision; else the first thing anybody did in what was played.
 *   (Rootly, Kehoe: detected, TTD.)
 * - declare: until its severity was decided. (PagerDuty: severity first, and the higher one where unsure.)
 * - decide: until it was settled what is done: of a rollback the plan's approval, for before it nobody knows which release and what is
 *   lost; of any other choice the decision. (Dispatch, FireHydrant: decided.)
 * - mitigate: until users were served again, and stayed so. By the signals of what they reach, or of the services; where none told of
 *   harm, by the last step. (Rootly: mitigated.)
 * - verify: until a person accepted the result of the checks. (PagerDuty: size-up, stabilize, update, verify.)
 * - first message: until one was delivered. (PagerDuty: within 5 minutes.)
 * - longest silence: the longest time without a delivered message until users were served again. (PagerDuty: at most 20 minutes.)
 *
 * A target exactly met is kept. What never came is missed once its target has passed; before that it is not measured. Where what was
 * played should have rolled back, and is closed without a plan that was approved, nobody is waited for any more: both are missed.
 */
const ways: Readonly<Record<MeasureId, Way>> = {
  detect: { says: 'from the first fault until it was noticed', target: 'detectMs' },
  declare: { says: 'from the first fault until its severity was decided', target: 'declareMs' },
  decide: { says: 'from the first fault until it was settled what to do', target: 'decideMs' },
  mitigate: { says: 'from the first fault until users were served again', target: 'mitigateMs' },
  verify: { says: 'from the first fault until the result was accepted', target: 'verifyMs' },
  'first message': { says: 'from the first fault until a message was delivered', target: 'firstMessageMs' },
  'longest silence': { says: 'without a message while users were hurt', target: 'longestSilenceMs' },
}

export const measureIds = Object.keys(ways) as readonly MeasureId[]

/** `played`: up to the drill's end, as `untilEnd` has it. */
export function measuresOf(drill: Journaled, played: readonly Journaled[]): readonly Measure[] {
  const targets = scenarioOf(drill.state)?.targets
  const ends = endsOf(drill, played)
  const never = ends !== null && isLeft(drill, played) ? leftUndone : new Set<MeasureId>()
  return measureIds.map(id => judge(id, ends?.[id] ?? nothing, targets?.[ways[id].target] ?? null, never.has(id)))
}

type Ends = { readonly from: string | null; readonly to: string | null; readonly waitedMs: number | null }
const nothing: Ends = { from: null, to: null, waitedMs: null }

function endsOf(drill: Journaled, played: readonly Journaled[]): Readonly<Record<MeasureId, Ends>> | null {
  const from = firstOf(drill.state)?.at
  if (from === undefined) return null
  const end = endOf(drill.state)
  const mitigated = mitigatedAt(drill, played, from, end)
  const told = toldAt(played, from)
  const silence = longestSilence(told, from, mitigated ?? end)
  const until = (to: string | null): Ends => ({ from, to, waitedMs: to === null ? betweenMs(from, end) : null })
  const first = (is: (line: Journaled['lines'][number]) => boolean): string | null =>
    byTime(played).find(line => line.ts >= from && is(line))?.ts ?? null
  return {
    detect: until(detectedAt(played, from)),
    declare: until(first(({ event }) => event.kind === 'decision.made')),
    decide: until(settledAt(decisive(played), from)),
    mitigate: until(mitigated),
    verify: until(acceptedAt(played, from)),
    'first message': until(told[0] ?? null),
    'longest silence':
      silence === null
        ? { ...until(null), waitedMs: betweenMs(from, mitigated ?? end) }
        : { from: silence.from, to: silence.to, waitedMs: null },
  }
}

/** By the first approval: what is planned anew afterwards is done about something else. */
function settledAt(stood: Journaled | undefined, from: string): string | null {
  const { decision = null } = stood?.state ?? {}
  const approved = stood?.lines.find(({ event }) => event.kind === 'plan.approved')?.ts
  const at = decision?.choice === 'roll back' ? approved : decision?.at
  return at !== undefined && at >= from ? at : null
}

function acceptedAt(played: readonly Journaled[], from: string): string | null {
  const at = played.flatMap(({ state }) => state.accepted?.at ?? []).at(-1)
  return at !== undefined && at >= from ? at : null
}

const leftUndone: ReadonlySet<MeasureId> = new Set(['mitigate', 'verify'])

function isLeft({ state }: Journaled, played: readonly Journaled[]): boolean {
  const should = state.drill?.ending?.why === 'finished' && scenarioOf(state)?.expected.decision === 'roll back'
  return should && played.every(({ state: { plan } }) => plan === null || plan.approved === null)
}

function judge(id: MeasureId, { from, to, waitedMs }: Ends, targetMs: number | null, neverCame: boolean): Measure {
  const tookMs = from === null || to === null ? null : betweenMs(from, to)
  return {
    id,
    says: ways[id].says,
    from,
    to,
    tookMs,
    waitedMs,
    targetMs,
    standing: standing(tookMs, neverCame ? Infinity : waitedMs, targetMs),
  }
}

function standing(tookMs: number | null, waitedMs: number | null, targetMs: number | null): Measure['standing'] {
  if (tookMs === null) return targetMs !== null && (waitedMs ?? 0) > targetMs ? 'missed' : 'not measured'
  if (targetMs === null) return 'no target'
  return tookMs <= targetMs ? 'kept' : 'missed'
}
