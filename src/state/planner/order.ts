import type { Manifest } from '../manifest.ts'

/** Services in tiers: each needs only services of the tiers before it. Within a tier by name. */
export function tiers(manifest: Manifest, services: readonly string[]): readonly (readonly string[])[] {
  const left = new Set(services)
  const result: string[][] = []
  while (left.size > 0) {
    const tier = [...left]
      .filter(service => [...dependencies(manifest, service)].every(other => !left.has(other) || other === service))
      .sort()
    if (tier.length === 0) throw new Error('a cycle in depends_on got past the manifest')
    for (const service of tier) left.delete(service)
    result.push(tier)
  }
  return result
}

/** All a service depends on, directly or through others. */
export function dependencies(manifest: Manifest, service: string): ReadonlySet<string> {
  const found = new Set<string>(manifest.services[service]?.dependsOn ?? [])
  for (const name of found) for (const next of manifest.services[name]?.dependsOn ?? []) found.add(next)
  return found
}

/** Services that would meet the database while its schema changes. */
export function usersOf(manifest: Manifest, databases: readonly string[]): readonly string[] {
  return Object.keys(manifest.services)
    .filter(service => manifest.services[service]?.dependsOn.some(name => databases.includes(name)))
    .sort()
}
