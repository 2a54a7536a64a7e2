import { probe } from '../../probes/probe.ts'
import type { Health } from '../port.ts'
import { standingOf, type Standing } from './find.ts'
import type { Place } from './layout.ts'
import { failedOf, failureInWords, perNode, runningOf, wantedOf } from './tasks.ts'

/**
 * All its tasks run, and the declared probe says so too: the Swarm's mesh answers while any task does. While it updates
 * some do not, and are not missed. Without a probe by the health check of its spec, which a task passes before it counts
 * as running; without that it is unproven.
 */
export async function healthOf(place: Place, timeoutMs: number): Promise<Health> {
  const { health } = place.service
  const [standing, probed] = await Promise.all([
    standingOf(place),
    health === null ? null : probe(health, { address: place.address, timeoutMs }),
  ])
  if (!standing.ok) return { state: 'unknown', latencyMs: null, note: standing.fault.what }
  if (standing.value === null) return { state: 'unhealthy', latencyMs: null, note: 'it is missing' }
  const lacking = lackingIn(standing.value)
  const updates = standing.value.service.UpdateStatus?.State === 'updating'
  if (lacking !== null && updates && probed !== null)
    return { ...probed, note: `${probed.note}; it updates, ${lacking}` }
  if (lacking !== null) return { state: 'unhealthy', latencyMs: probed?.latencyMs ?? null, note: lacking }
  const running = runningOf(standing.value)
  const note = `${running.length === 1 ? 'one task runs' : `${running.length} tasks run`} (${perNode(standing.value, running)})`
  if (probed !== null) return { ...probed, note: `${probed.note}; ${note}` }
  return isChecked(standing.value)
    ? { state: 'healthy', latencyMs: null, note: `${note} and pass their health check` }
    : { state: 'unproven', latencyMs: null, note: `${note}; no health probe is declared` }
}

function lackingIn(standing: Standing): string | null {
  const running = runningOf(standing).length
  const wanted = wantedOf(standing)
  if (running > 0 && running >= wanted) return null
  const [failure] = failedOf(standing)
  return `${running} of ${wanted} tasks run${failure === undefined ? '' : `; ${failureInWords(standing, failure)}`}`
}

/** False: nothing tells its health. */
export async function isProven(place: Place): Promise<boolean> {
  if (place.service.health !== null) return true
  const standing = await standingOf(place)
  return standing.ok && standing.value !== null && isChecked(standing.value)
}

function isChecked({ service }: Standing): boolean {
  const [how = 'NONE'] = service.Spec.TaskTemplate.ContainerSpec.Healthcheck?.Test ?? []
  return how !== 'NONE'
}
