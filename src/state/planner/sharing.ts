import { instanceKey, type Facts } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Change } from './steps.ts'

/** The manifest with what shared namespaces add to it: a container that uses another's cannot be without that one. */
export function withSharing(manifest: Manifest, facts: Facts): Manifest {
  const services = Object.entries(manifest.services).map(([name, service]) => {
    const parents = service.hosts.flatMap(host => parentsOf(facts, manifest, name, host))
    return [name, { ...service, dependsOn: [...new Set([...service.dependsOn, ...parents])] }] as const
  })
  return { ...manifest, services: Object.fromEntries(services) }
}

/** The services on the same host whose network, processes or memory this one uses, of those in the manifest. */
export function parentsOf(facts: Facts, manifest: Manifest, service: string, host: string): readonly string[] {
  const parents = facts.services[instanceKey({ service, host })]?.observed.sharesWith ?? []
  return parents.filter(parent => parent !== service && parent in manifest.services)
}

/** Why a plan must not be approved: what it replaces carries containers it knows nothing of. */
export function strangerBlockers(facts: Facts, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key }) =>
    (facts.services[key]?.observed.strangers ?? []).map(
      name =>
        `container ${name} uses the network, the processes or the memory of ${key} and would lose them: add it to astern.yaml as a service, or remove it first`,
    ),
  )
}

/** Whether a container is bound to the other: it is made anew after that one, and never without it. */
export function isBoundTo({ service, host, before }: Change, parent: Change): boolean {
  return host === parent.host && service !== parent.service && (before.sharesWith ?? []).includes(parent.service)
}
