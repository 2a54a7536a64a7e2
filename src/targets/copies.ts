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

/** Each host's in the way of its kind. A Swarm's stand on its managers, as on Docker hosts. */
export function copiesOn(
  manifest: Manifest,
  means: TargetMeans,
  { docker, swarm }: { readonly docker: Fleet; readonly swarm: Swarms },
): JournalCopies {
  const adapters = {
    docker: dockerCopies(docker),
    swarm: swarmCopies(swarm),
    releases: releasesCopies(servicesConfig(manifest, means)),
  }
  const of = (host: string): JournalCopies => {
    const kind = manifest.hosts[host]?.kind
    if (kind === undefined) throw new Error(`no such host: ${host}`)
    return adapters[kind]
  }
  const hosts = Object.keys(manifest.hosts)
  const owners = new Map(
    hosts.flatMap(host =>
      of(host)
        .spots(host)
        .map(spot => [spot, host] as const),
    ),
  )
  const at = (spot: string): JournalCopies => of(owners.get(spot) ?? spot)
  return {
    spots: host => of(host).spots(host),
    keep: (spot, run, piece) => at(spot).keep(spot, run, piece),
    recall: (spot, run) => at(spot).recall(spot, run),
  }
}

/** On every manager by itself: a volume is its Engine's, and the manager that is asked may be the one that is lost. */
function swarmCopies({ environment, managers }: Swarms): JournalCopies {
  const all = Object.values(managers).flatMap(one => one.all)
  return {
    ...dockerCopies({ environment, engines: Object.fromEntries(all.map(engine => [engine.host, engine])) }),
    spots: host => (managers[host]?.all ?? []).map(engine => engine.host),
  }
}
