import type { Manifest } from '../state/manifest.ts'
import { databaseLook } from './databases/looks.ts'
import type { DatabaseLook } from './databases/port.ts'
import { databaseMeans, each, servicesConfig, type TargetMeans } from './looks.ts'
import { probe } from './probes/probe.ts'
import { watchByHost } from './services/by-host.ts'
import { openFleet } from './services/docker/layout.ts'
import { dockerLook } from './services/docker/look.ts'
import { dockerWatch } from './services/docker/watch/watch.ts'
import type { Health, ServiceWatch } from './services/port.ts'
import { releasesLook } from './services/releases/look.ts'
import { openSwarms } from './services/swarm/layout.ts'
import { swarmLook } from './services/swarm/look.ts'
import { swarmWatch } from './services/swarm/watch.ts'

/** What looking again and again takes. */
export type Watches = {
  readonly watch: ServiceWatch
  readonly users: Users
  readonly databases: Readonly<Record<string, Pick<DatabaseLook, 'pulse'>>>
}

/** What users reach, each asked once. */
export type Users = Readonly<Record<string, () => Promise<Health>>>

/** For a process that only watches: nothing reachable from here can write. */
export function openWatches(manifest: Manifest, means: TargetMeans): Watches & { readonly close: () => Promise<void> } {
  const config = servicesConfig(manifest, means)
  const [releases, fleet, swarms] = [releasesLook(config), openFleet(config), openSwarms(config)]
  const watch = watchByHost(manifest.hosts, { releases, docker: dockerWatch(fleet), swarm: swarmWatch(swarms) })
  const databases = each(manifest.databases, (database, name) =>
    databaseLook(name, database, databaseMeans(means, null)),
  )
  // The watches' connections are the fleet's and the Swarms': their looks give them back.
  const held = [watch, dockerLook(fleet), swarmLook(swarms), ...Object.values(databases)]
  const close = async (): Promise<void> => {
    await Promise.all(held.map(target => target.close()))
  }
  return { watch, users: usersOf(manifest), databases, close }
}

export function usersOf({ impact, timing: { probeTimeoutMs: timeoutMs } }: Manifest): Users {
  return each(impact ?? {}, declared => () => probe(declared, { address: '', timeoutMs }))
}
