import type { LedgerEntry } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { dependencies, tiers } from './order.ts'
import { proveSteps, startSteps, stopStep, type Change } from './steps.ts'
import { forSwarm, isOnSwarm, updateSteps } from './swarm-steps.ts'

export type ServiceOrder = {
  readonly manifest: Manifest
  readonly changes: readonly Change[]
  /** Wave after wave, each whole again before the next. Otherwise everything stops before anything starts. */
  readonly rolling: boolean
  /** Hosts of one service at once, but for the first. */
  readonly parallel: boolean
  /** Before anything stops, all of them are past. */
  readonly pulls: readonly Step[]
}

export type ServiceParts = {
  /** Stops, and in a rolling order the starts too. */
  readonly before: readonly Step[]
  /** Starts that come after the database, given the steps they also need. */
  readonly after: (needs: readonly string[]) => readonly Step[]
  readonly proofs: readonly Step[]
  readonly stops: readonly string[]
  readonly healths: readonly string[]
}

/** Stop in reverse order of dependency, start in order, each start gated on the health of what it depends on. */
export function serviceSteps(order: ServiceOrder, target: LedgerEntry): ServiceParts {
  const { manifest, changes, rolling, pulls } = order
  const pulled = pulls.map(({ id }) => id)
  const healths = changes.map(({ key }) => `${key}.health`)
  const stops = changes.filter(change => !rolling || !isOnSwarm(manifest, change)).map(({ key }) => `${key}.stop`)
  const proofs = proveSteps(target, healths)
  if (!rolling)
    return {
      before: [...pulls, ...stopAll(order, changes, pulled)],
      after: needs => startAll(order, changes, needs),
      proofs,
      stops,
      healths,
    }
  const waves = wavesOf(order)
  const before = waves.flatMap((wave, index) => {
    const previous = (waves[index - 1] ?? []).map(({ key }) => `${key}.health`)
    const before = [...pulled, ...previous]
    const stopping = wave.filter(change => !isOnSwarm(manifest, change))
    return [...stopAll(order, stopping, before), ...startAll(order, wave, [], before)]
  })
  return { before: [...pulls, ...before], after: () => [], proofs, stops, healths }
}

/** Of each service `max_parallel` instances at a time, in the order its hosts are named in. */
function wavesOf({ manifest, changes }: ServiceOrder): readonly (readonly Change[])[] {
  const waves: Change[][] = []
  for (const service of services(changes)) {
    const { hosts = [], maxParallel = 1 } = manifest.services[service] ?? {}
    const own = changes
      .filter(change => change.service === service)
      .sort((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host))
    for (const [index, change] of own.entries()) (waves[Math.floor(index / maxParallel)] ??= []).push(change)
  }
  return waves
}

function stopAll({ manifest }: ServiceOrder, changes: readonly Change[], needs: readonly string[]): readonly Step[] {
  const order = tiers(manifest, services(changes)).flat().reverse()
  return order.flatMap(service =>
    changes
      .filter(change => change.service === service)
      .map(change => {
        const dependents = changes
          .filter(other => dependencies(manifest, other.service).has(service))
          .map(({ key }) => `${key}.stop`)
        return stopStep(manifest, change, [...needs, ...dependents])
      }),
  )
}

/**
 * Everything of this wave is down before the first of it comes up: two releases of one service never meet. `updating`:
 * what an update by a Swarm needs, which takes nothing down. Left out: there too everything stops first.
 */
function startAll(
  { manifest, parallel }: ServiceOrder,
  changes: readonly Change[],
  needs: readonly string[],
  updating?: readonly string[],
): readonly Step[] {
  const order = tiers(manifest, services(changes)).flat()
  const updates = (change: Change): boolean => updating !== undefined && isOnSwarm(manifest, change)
  const down = changes.filter(change => !updates(change)).map(({ key }) => `${key}.stop`)
  return order.flatMap(service => {
    const own = changes.filter(change => change.service === service)
    return own.flatMap((change, index) => {
      const waits = changes
        .filter(other => dependencies(manifest, service).has(other.service))
        .map(({ key }) => `${key}.health`)
      const { maxParallel = 1 } = manifest.services[service] ?? {}
      const before = parallel ? own[0] : own[index - maxParallel]
      const wave = index > 0 && before !== undefined ? [`${before.key}.health`] : []
      if (updates(change)) return updateSteps(manifest, change, [...(updating ?? []), ...waits, ...wave])
      return forSwarm(manifest, change, startSteps(manifest, change, [...down, ...needs, ...waits, ...wave]))
    })
  })
}

function services(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ service }) => service))].sort()
}
