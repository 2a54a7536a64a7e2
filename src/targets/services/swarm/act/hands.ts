import { setTimeout as sleep } from 'node:timers/promises'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { Stopped, valueOf } from '../../docker/act/hands.ts'
import type { Spec, SwarmService } from '../api.ts'
import { contended, noService } from '../faults.ts'
import { notOurs } from '../../../permit.ts'
import { serviceOf, standingOf, type Standing } from '../find.ts'
import type { Place } from '../layout.ts'

const turns = 5

/**
 * Changes the service's spec by one compare-and-swap: it is taken only if nobody changed it since it was read, else it is
 * read and judged again. `change` gives null where it is so already. False: nothing was sent.
 */
export async function changeSpec(
  place: Place,
  what: string,
  evidence: Evidence,
  change: (service: SwarmService) => Spec | null,
): Promise<boolean> {
  for (let turn = 1; turn <= turns; turn += 1) {
    const service = await presentService(place)
    const spec = change(service)
    if (spec === null) return false
    evidence(`${what} (version ${service.Version.Index})`)
    const sent = await place.engine.call(what, docker =>
      docker.getService(service.ID).update({ _query: { version: service.Version.Index }, _body: spec }),
    )
    if (sent.ok) return true
    if (sent.status === null) throw new Stopped(sent.fault, true)
    const now = await presentService(place)
    if (now.Version.Index === service.Version.Index) throw new Stopped(sent.fault)
  }
  throw new Stopped(contended(place, turns))
}

export async function presentService(place: Place): Promise<SwarmService> {
  const service = valueOf(await serviceOf(place))
  if (service === null) throw new Stopped(noService(place))
  return service
}

export async function presentStanding(place: Place): Promise<Standing> {
  const standing = valueOf(await standingOf(place))
  if (standing === null) throw new Stopped(noService(place))
  return standing
}

/** Looks until the judge has a verdict. One look that nobody answers is not the last; at the deadline it is. */
export async function follow(
  place: Place,
  limitMs: number,
  judge: (standing: Standing, late: boolean) => Promise<Outcome | null> | Outcome | null,
): Promise<Outcome> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const late = performance.now() >= deadline
    const standing = await standingOf(place)
    if (!standing.ok && (late || standing.fault.code === notOurs)) throw new Stopped(standing.fault, true)
    if (standing.ok && standing.value === null) throw new Stopped(noService(place))
    const verdict = standing.ok && standing.value !== null ? await judge(standing.value, late) : null
    if (verdict !== null) return verdict
    await sleep(lookMs)
  }
}

const lookMs = 250
