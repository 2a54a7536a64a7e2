import type { Attempt } from '../../attempts.ts'
import { spanText } from '../../times.ts'
import { closeShare, durationText, readableMs, roomFor } from '../durations.ts'
import type { Evidence, Proposal } from '../proposal.ts'
import { ofAttempt, tookMs, type Seen } from '../seen.ts'

/** Failing sooner is worth something only where it is much sooner. */
const longShare = 0.1
const runsAsked = 3
const leastMs = 30_000

const place = { id: 'health-deadline', rule: 'health-deadline', path: ['timing', 'health_deadline'] } as const

/**
 * Too short: a service became healthy only after its deadline, on a retry, or within its last fifth. Too long: in three
 * runs none took a tenth of it, so that one that never comes up is waited for in vain. Never shorter than what was seen.
 */
export function healthDeadline(now: Seen, past: readonly Seen[]): readonly Proposal[] {
  const { healthDeadlineMs: isMs, stableMs, consecutive, probeIntervalMs } = now.manifest.timing
  const own = waitsOf(now)
  const hurt = own.filter(({ ms, late }) => late || ms >= closeShare * isMs)
  if (hurt.length > 0) {
    const becomesMs = Math.max(roomFor(Math.max(...hurt.map(({ ms }) => ms))), isMs)
    if (becomesMs === isMs) return []
    const why = `What became healthy took longer than health_deadline (${durationText(isMs)}) gives it, or nearly as long.`
    return [proposal(isMs, becomesMs, why, hurt)]
  }
  const runs = [own, ...past.map(waitsOf)].filter(waits => waits.length > 0).slice(0, runsAsked)
  const all = runs.flat()
  const slowest = Math.max(0, ...all.map(({ ms }) => ms))
  const close = past.flatMap(waitsOf).some(({ ms, late }) => late || ms >= closeShare * isMs)
  if (runs.length < runsAsked || close || slowest >= longShare * isMs) return []
  const waited = Math.max(stableMs, consecutive * probeIntervalMs)
  const becomesMs = Math.max(readableMs(4 * slowest), readableMs(2 * waited), leastMs)
  if (becomesMs > isMs / 2) return []
  const why = `In ${runsAsked} runs nothing took a tenth of health_deadline (${durationText(isMs)}) to become healthy: what never does is waited for that long.`
  return [proposal(isMs, becomesMs, why, all)]
}

function proposal(isMs: number, becomesMs: number, why: string, waits: readonly Wait[]): Proposal {
  const change = { kind: 'set', was: durationText(isMs), becomes: durationText(becomesMs) } as const
  return { ...place, change, why, evidence: waits.map(({ evidence }) => evidence) }
}

type Wait = { readonly ms: number; readonly late: boolean; readonly evidence: Evidence }

/** Per instance that became healthy, all its attempts together: it went on starting between them. */
function waitsOf(seen: Seen): readonly Wait[] {
  const own = seen.attempts.filter(
    ({ command }) => command?.kind === 'service.health' && command.stableMs === undefined,
  )
  return [...Map.groupBy(own, ({ step }) => step)].flatMap(([step, tries]): readonly Wait[] => {
    const last = tries.at(-1)
    if (last?.outcome !== 'ok') return []
    const late = tries.some(ranOut)
    const ms = (late ? tries.filter(one => one === last || ranOut(one)) : [last]).reduce(
      (sum, one) => sum + (tookMs(one) ?? 0),
      0,
    )
    const says = `${step} took ${spanText(ms)}${late ? `, over ${tries.length} attempts` : ''}`
    return [{ ms, late, evidence: ofAttempt(seen, last, says) }]
  })
}

function ranOut({ fault, late }: Attempt): boolean {
  return late || fault?.code === 'service.unhealthy'
}
