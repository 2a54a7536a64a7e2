import type { InjectFault } from '../../../state/drill/command.ts'
import type { Manifest } from '../../../state/manifest.ts'
import { servicesConfig } from '../../looks.ts'
import type { KeptFamily } from '../keeper/look.ts'
import type { FaultMeans } from '../means.ts'
import { ableOnReleases } from './able.ts'
import { placeBeside, placeIn, placesAt } from './places.ts'

/** Faults of release directories and their processes. */
export function releasesFamily(manifest: Manifest, means: FaultMeans): KeptFamily {
  const config = servicesConfig(manifest, means)
  const files = Object.values(manifest.databases).flatMap(one => (one.kind === 'sqlite' ? [one.file] : []))
  const roots = Object.values(manifest.hosts).flatMap(host => (host.kind === 'releases' ? [host.root] : []))
  return {
    environment: manifest.environment.name,
    able: inject => ableOnReleases(inject, { config, files, home: means.home, disks: manifest.drill?.disks ?? {} }),
    placesOf: async ({ fault, target }) => {
      const root = rootOf(manifest, target)
      const own = fault === 'daemon_gone' ? placeBeside(root) : placeIn(root)
      return [own, ...(await placesAt(root)).filter(place => place !== own)]
    },
    places: async () => (await Promise.all(roots.map(placesAt))).flat(),
    isOwn: ({ task }) => task.family === 'releases',
  }
}

export function rootOf({ hosts }: Manifest, target: InjectFault['target']): string {
  const host = target.kind === 'service' || target.kind === 'host' ? hosts[target.host] : undefined
  if (host?.kind !== 'releases') throw new Error('no such host of release directories')
  return host.root
}
