import type { Manifest } from '../state/manifest.ts'
import { servicesConfig, type TargetMeans } from './looks.ts'
import type { JournalCopies } from './services/copies.ts'
import { dockerCopies } from './services/docker/act/copies.ts'
import { openFleet, type Fleet } from './services/docker/layout.ts'
import { releasesCopies } from './services/releases/copies.ts'
import { openSwarms, type Swarms } from './services/swarm/layout.ts'

/** Journals on the hosts alone, for whoever goes on with a run of another bastion. */
export function openCopies(
  manifest: Manifest,
  means: TargetMeans,
): { readonly copies: JournalCopies; readonly close: () => Promise<void> } {
  const fleets = {
    docker: openFleet(servicesConfig(manifest, means)),
    swarm: openSwarms(servicesConfig(manifest, means)),
  }
  return {
    copies: copiesOn(manifest, means, fleets),
    close: async () => {
      const engines = Object.values(fleets).flatMap(fleet => Object.values(fleet.engines))
      await Promise.all(engines.map(engine => engine.close()))
    },
  }
}

/** Each host's in the way of its kind. A Swarm's stand on the manager that is asked, as on a Docker host. */
export function copiesOn(
  manifest: Manifest,
  means: TargetMeans,
  { docker, swarm }: { readonly docker: Fleet; readonly swarm: Swarms },
): JournalCopies {
  const adapters = {
    docker: dockerCopies(docker),
    swarm: dockerCopies(swarm),
    releases: releasesCopies(servicesConfig(manifest, means)),
  }
  const at = (host: string): JournalCopies => {
    const kind = manifest.hosts[host]?.kind
    if (kind === undefined) throw new Error(`no such host: ${host}`)
    return adapters[kind]
  }
  return {
    keep: (host, run, piece) => at(host).keep(host, run, piece),
    recall: (host, run) => at(host).recall(host, run),
  }
}
