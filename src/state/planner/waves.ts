import type { Manifest } from '../manifest.ts'
import type { Change } from './steps.ts'

type Waves = readonly (readonly Change[])[]

/**
 * Of each service `max_parallel` instances at a time, in the order its hosts are named in. Of what must never run twice
 * at once, all instances go together: everything of a wave is down before the first of it comes up.
 */
export function wavesOf(manifest: Manifest, changes: readonly Change[]): Waves {
  const waves: Change[][] = []
  for (const own of byService(manifest, changes))
    for (const [index, change] of own.entries()) {
      const wave = isSingle(manifest, change) ? 0 : Math.floor(index / parallel(manifest, change))
      ;(waves[wave] ??= []).push(change)
    }
  return waves
}

/** One host alone, then one, two, four more at a time; of no service more than its `max_parallel`, where that is given. */
export function wideningWavesOf(manifest: Manifest, changes: readonly Change[]): Waves {
  const hosts = Object.keys(manifest.hosts).filter(host => changes.some(change => change.host === host))
  const waves: Change[][] = []
  for (const own of byService(manifest, changes)) {
    const inOrder = own.toSorted((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host))
    const first = waveOf(hosts.indexOf(inOrder[0]?.host ?? ''))
    for (const change of inOrder) {
      const most = manifest.services[change.service]?.maxParallel ?? Infinity
      const isFull = (wave: number): boolean =>
        (waves[wave] ?? []).filter(({ service }) => service === change.service).length >= most
      let wave = isSingle(manifest, change) ? first : waveOf(hosts.indexOf(change.host))
      while (!isSingle(manifest, change) && isFull(wave)) wave += 1
      ;(waves[wave] ??= []).push(change)
    }
  }
  return waves.filter(wave => wave.length > 0)
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

function parallel(manifest: Manifest, { service }: Change): number {
  return manifest.services[service]?.maxParallel ?? 1
}

function isSingle(manifest: Manifest, { service }: Change): boolean {
  const kind = manifest.services[service]?.kind
  return kind === 'cron' || kind === 'singleton'
}
