import type { LedgerEntry } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { dependencies, tiers } from './order.ts'
import { proveSteps, readyStep, startSteps, step, stopSteps, type Change } from './steps.ts'
import { forSwarm, isOnSwarm, updateSteps } from './swarm-steps.ts'
import { besideSteps } from './beside-steps.ts'
import { isBoundTo } from './sharing.ts'
import { startsFirst } from './start-first.ts'
import { wavesOf, wideningWavesOf } from './waves.ts'

export type ServiceOrder = {
  readonly manifest: Manifest
  readonly changes: readonly Change[]
  /** Wave after wave, each whole again before the next. Otherwise everything stops before anything starts. */
  readonly rolling: boolean
  /** Schemas that must be the same after the first host was watched, before the others follow. Null: not watched. */
  readonly watched: LedgerEntry['databases'] | null
  /** Hosts of one service at once, but for the first. */
  readonly parallel: boolean
  /** Before anything stops, all of them are past. */
  readonly pulls: readonly Step[]
  /** Instances that are not what the target names, and stay so: nobody proves them. */
  readonly left?: readonly string[]
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
  const { manifest, changes, rolling, watched, pulls } = order
  const pulled = pulls.map(({ id }) => id)
  const healths = changes.map(change => readyStep(manifest, change))
  const stops = changes.filter(change => !rolling || !isOnSwarm(manifest, change)).map(({ key }) => `${key}.stop`)
  const proofs = proveSteps(target, healths, order.left ?? [])
  if (!rolling)
    return {
      before: [...pulls, ...stopAll(order, changes, pulled)],
      after: needs => startAll(order, changes, needs),
      proofs,
      stops,
      healths,
    }
  const waves = watched === null ? wavesOf(manifest, changes) : wideningWavesOf(manifest, changes)
  const watching = watched === null || waves.length < 2 ? [] : watchSteps(order, waves[0] ?? [], watched)
  const before = waves.flatMap((wave, index) => {
    const previous = (waves[index - 1] ?? []).map(change => readyStep(manifest, change))
    const seen = index === 0 ? [] : watching.map(({ id }) => id)
    const before = [...pulled, ...previous, ...seen]
    const stopping = wave.filter(change => !isOnSwarm(manifest, change))
    const steps = [...stopAll(order, stopping, before), ...startAll(order, wave, [], before)]
    return index === 0 ? [...steps, ...watching] : steps
  })
  return { before: [...pulls, ...before], after: () => [], proofs, stops, healths }
}

/** The first host stays well for as long as an environment is watched at the end, and migrates nothing by itself. */
function watchSteps(
  { manifest }: ServiceOrder,
  wave: readonly Change[],
  schemas: LedgerEntry['databases'],
): readonly Step[] {
  const { watchMs, healthDeadlineMs } = manifest.timing
  const watches = wave.map(change => {
    const { key, service, host, release } = change
    const command = { kind: 'service.health', service, host, release, stableMs: watchMs } as const
    return step(`${key}.watch`, 3, command, [readyStep(manifest, change)], {
      deadlineMs: watchMs + healthDeadlineMs + 10_000,
      estimateMs: watchMs,
    })
  })
  const same = Object.entries(schemas).map(([database, { fingerprint, migrations }]) =>
    step(
      `${database}.same`,
      3,
      { kind: 'database.prove', database, fingerprint, migrations },
      watches.map(({ id }) => id),
      { leaves: `the schema of ${database} is as it was`, deadlineMs: 120_000, estimateMs: 1000 },
    ),
  )
  return [...watches, ...same]
}

function stopAll(
  { manifest, rolling }: ServiceOrder,
  changes: readonly Change[],
  needs: readonly string[],
): readonly Step[] {
  const order = tiers(manifest, services(changes)).flat().reverse()
  return order.flatMap(service =>
    changes
      .filter(change => change.service === service)
      .flatMap(change => {
        const dependents = changes
          .filter(other => dependencies(manifest, other.service).has(service))
          .map(({ key }) => `${key}.stop`)
        const first = rolling && startsFirst(manifest, change) ? besideSteps(manifest, change, needs) : []
        const gate = first.slice(-1).map(({ id }) => id)
        return [...first, ...stopSteps(manifest, change, [...needs, ...dependents, ...gate])]
      }),
  )
}

/**
 * Everything of this wave is down before the first of it comes up: two releases of one service never meet. `updating`:
 * what an update by a Swarm needs, which takes nothing down. Left out: there too everything stops first.
 */
function startAll(
  { manifest, parallel, watched }: ServiceOrder,
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
        .map(other => readyStep(manifest, other))
      // A widening wave is as wide as it may be already: what is down in it waits for nobody.
      const { maxParallel = watched === null ? 1 : Infinity } = manifest.services[service] ?? {}
      const before = parallel ? own[0] : own[index - maxParallel]
      const wave = index > 0 && before !== undefined ? [readyStep(manifest, before)] : []
      if (updates(change)) return updateSteps(manifest, change, [...(updating ?? []), ...waits, ...wave])
      return forSwarm(
        manifest,
        change,
        startSteps(manifest, change, [...down, ...needs, ...waits, ...wave], {
          parents: changes.filter(other => isBoundTo(change, other)),
          rolling: updating !== undefined,
        }),
      )
    })
  })
}

function services(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ service }) => service))].sort()
}
