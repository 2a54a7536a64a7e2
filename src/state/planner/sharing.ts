import { instanceKey, type Facts } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Change } from './steps.ts'

/** The manifest with what a shared network adds to it: a container that uses another's cannot be without that one. */
export function withSharing(manifest: Manifest, facts: Facts): Manifest {
  const services = Object.entries(manifest.services).map(([name, service]) => {
    const parents = service.hosts.flatMap(host => parentOf(facts, manifest, name, host) ?? [])
    return [name, { ...service, dependsOn: [...new Set([...service.dependsOn, ...parents])] }] as const
  })
  return { ...manifest, services: Object.fromEntries(services) }
}

/** The service on the same host whose network this one uses. Null: its own, or one of nobody's in the manifest. */
export function parentOf(facts: Facts, manifest: Manifest, service: string, host: string): string | null {
  const parent = facts.services[instanceKey({ service, host })]?.observed.sharesWith
  return parent !== undefined && parent !== service && parent in manifest.services ? parent : null
}

/** Why a plan must not be approved: what it replaces carries the network of containers it knows nothing of. */
export function strangerBlockers(facts: Facts, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key }) =>
    (facts.services[key]?.observed.strangers ?? []).map(
      name =>
        `container ${name} uses the network of ${key} and would lose it: add it to astern.yaml as a service, or remove it first`,
    ),
  )
}
