import { probe } from '../../probes/probe.ts'
import type { Health } from '../port.ts'
import { standingOf, type Inspected } from './find.ts'
import type { Place } from './layout.ts'

/** What stands in place, or what was started beside it. */
export type Which = 'current' | 'fresh'

/**
 * By the declared probe; without one by Docker's own health check; without that it is unproven, and never healthy. `of`:
 * what was started beside is not where a declared probe asks, and is known by Docker's own check alone.
 */
export async function healthOf(place: Place, timeoutMs: number, of: Which = 'current'): Promise<Health> {
  const { health } = place.service
  if (health !== null && of === 'current') return probe(health, { address: place.address, timeoutMs })
  const standing = await standingOf(place)
  if (!standing.ok) return { state: 'unknown', latencyMs: null, note: standing.fault.what }
  const container = standing.value[of]
  return container === null ? { state: 'unhealthy', latencyMs: null, note: 'it is missing' } : ofContainer(container)
}

function ofContainer({ State: state }: Inspected): Health {
  const said = (health: Health['state'], note: string): Health => ({ state: health, latencyMs: null, note })
  if (state.Restarting) return said('unhealthy', 'it is restarting')
  if (!state.Running) return said('unhealthy', `it is ${state.Status}`)
  const check = state.Health?.Status
  if (check === undefined || check === 'none') return said('unproven', 'it runs; no health probe is declared')
  if (check === 'healthy') return said('healthy', "Docker's health check passes")
  return said(
    'unhealthy',
    check === 'starting' ? "Docker's health check has not passed yet" : "Docker's health check fails",
  )
}

/** False: nothing tells its health. */
export async function isProven(place: Place, of: Which = 'current'): Promise<boolean> {
  if (place.service.health !== null && of === 'current') return true
  const standing = await standingOf(place)
  const check = standing.ok ? standing.value[of]?.State.Health?.Status : undefined
  return check !== undefined && check !== 'none'
}
