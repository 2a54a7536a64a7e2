import type { Attempt } from '../../attempts.ts'
import { spanText } from '../../times.ts'
import { closeShare, durationText, roomFor } from '../durations.ts'
import type { Evidence, Proposal } from '../proposal.ts'
import { ofAttempt, tookMs, type Seen } from '../seen.ts'

/** Longer than this nobody wants to wait for a service that may be ignoring what it is told. */
const mostMs = 300_000

/** SIGKILL was needed, or nearly. Twice the longest that was seen; where more was given before in vain, a person has to look. */
export function stopGrace(now: Seen, past: readonly Seen[]): readonly Proposal[] {
  return Object.entries(now.manifest.services).flatMap(([service, { stop }]): readonly Proposal[] => {
    const stops = stopsOf(now, service)
    const hurt = stops.filter(({ killed, ms }) => killed || ms >= closeShare * stop.graceMs)
    if (hurt.length === 0) return []
    const before = past.flatMap(run => stopsOf(run, service).filter(({ killed }) => killed))
    const shorter = before.filter(({ graceMs }) => graceMs < stop.graceMs)
    const killed = hurt.some(one => one.killed)
    const becomesMs = roomFor(Math.max(stop.graceMs, ...hurt.map(({ ms }) => ms)))
    const same = {
      id: `stop-grace.${service}`,
      rule: 'stop-grace',
      path: ['services', service, 'stop', 'grace'],
    } as const
    const evidence = [...hurt, ...before].map(one => one.evidence)
    if (killed && (shorter.length > 0 || becomesMs > mostMs)) {
      const why = `${service} needs SIGKILL however long it is waited for: it may not hear SIGTERM at all.`
      return [{ ...same, change: { kind: 'look' }, why, evidence }]
    }
    const why = killed
      ? `${service} did not stop within ${durationText(stop.graceMs)}: SIGKILL was needed, and what it was at is lost.`
      : `${service} took nearly all of its ${durationText(stop.graceMs)} to stop.`
    const change = { kind: 'set', was: durationText(stop.graceMs), becomes: durationText(becomesMs) } as const
    return [{ ...same, change, why, evidence }]
  })
}

type Stop = { readonly ms: number; readonly graceMs: number; readonly killed: boolean; readonly evidence: Evidence }

function stopsOf(seen: Seen, service: string): readonly Stop[] {
  return seen.attempts.flatMap((attempt): readonly Stop[] => {
    const { command, outcome } = attempt
    const ms = tookMs(attempt)
    if (command?.kind !== 'service.stop' || command.service !== service || outcome !== 'ok' || ms === null) return []
    const { graceMs, host } = command
    const killed = wasKilled(attempt)
    const says = `stopping ${service} on ${host} took ${spanText(ms)} of ${durationText(graceMs)}${killed ? ', then SIGKILL' : ''}`
    return [{ ms, graceMs, killed, evidence: ofAttempt(seen, attempt, says) }]
  })
}

function wasKilled({ observed }: Attempt): boolean {
  return observed !== null && typeof observed === 'object' && 'killed' in observed && observed['killed'] === true
}
