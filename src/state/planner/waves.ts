import type { Manifest, Service } from '../manifest.ts'
import { isBoundTo } from './sharing.ts'
import type { Change } from './steps.ts'

type Waves = readonly (readonly Change[])[]

/**
 * Of each service `max_parallel` instances at a time, in the order its hosts are named in. Of what must never run twice
 * at once, all instances go together: everything of a wave is down before the first of it comes up.
 */
export function wavesOf(manifest: Manifest, changes: readonly Change[]): Waves {
  return placed(
    manifest,
    unitsOf(manifest, byService(manifest, changes).flat()),
    () => 0,
    ({ maxParallel }) => maxParallel ?? 1,
  )
}

/** One host alone, then one, two, four more at a time; of no service more than its `max_parallel`, where that is given. */
export function wideningWavesOf(manifest: Manifest, changes: readonly Change[]): Waves {
  const hosts = Object.keys(manifest.hosts).filter(host => changes.some(change => change.host === host))
  const inOrder = byService(manifest, changes).flatMap(own =>
    own.toSorted((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host)),
  )
  return placed(
    manifest,
    unitsOf(manifest, inOrder),
    unit => Math.min(...unit.map(({ host }) => waveOf(hosts.indexOf(host)))),
    ({ maxParallel }) => maxParallel ?? Infinity,
  )
}

/** Each unit in the first wave from `earliest` on that takes no more of any service at once than it allows. */
function placed(
  manifest: Manifest,
  units: Waves,
  earliest: (unit: readonly Change[]) => number,
  most: (service: Pick<Service, 'maxParallel'>) => number,
): Waves {
  const waves: Change[][] = []
  for (const unit of units) {
    const isFull = (wave: readonly Change[]): boolean =>
      unit.some(({ service }) => {
        const of = (some: readonly Change[]): number => some.filter(other => other.service === service).length
        return of(wave) > 0 && of(wave) + of(unit) > most(manifest.services[service] ?? {})
      })
    let wave = earliest(unit)
    while (isFull(waves[wave] ?? [])) wave += 1
    ;(waves[wave] ??= []).push(...unit)
  }
  return waves.filter(wave => wave.length > 0)
}

/** What goes together: containers bound to each other, and all there is of what must never run twice at once. */
function unitsOf(manifest: Manifest, changes: readonly Change[]): Waves {
  const units: Change[][] = []
  for (const change of changes) {
    const isTied = (other: Change): boolean =>
      isBoundTo(change, other) ||
      isBoundTo(other, change) ||
      (change.service === other.service && isSingle(manifest, change))
    const [first, ...others] = units.filter(unit => unit.some(isTied))
    if (first === undefined) units.push([change])
    else first.push(...others.flatMap(unit => unit.splice(0)), change)
  }
  return units.filter(unit => unit.length > 0)
}

/** 0, 1, 2 and 3, 4 to 7, ... */
function waveOf(host: number): number {
  return host === 0 ? 0 : Math.floor(Math.log2(host)) + 1
}

function byService(manifest: Manifest, changes: readonly Change[]): Waves {
  const services = [...new Set(changes.map(({ service }) => service))].sort()
  return services.map(service => {
    const { hosts = [] } = manifest.services[service] ?? {}
    return changes
      .filter(change => change.service === service)
      .sort((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host))
  })
}

function isSingle(manifest: Manifest, { service }: Change): boolean {
  const kind = manifest.services[service]?.kind
  return kind === 'cron' || kind === 'singleton'
}
