import type { Manifest } from '../state/manifest.ts'
import { channelAct } from './channels/acts.ts'
import type { ChannelAct } from './channels/port.ts'
import { databaseAct } from './databases/acts.ts'
import type { DatabaseAct } from './databases/port.ts'
import { databaseMeans, each, servicesConfig, type TargetMeans } from './looks.ts'
import { actByHost, watchByHost } from './services/by-host.ts'
import { cellsOf, type Cell } from './cells.ts'
import { containersOn } from './containers.ts'
import { copiesOn } from './copies.ts'
import type { ContainerTry } from './services/containers.ts'
import type { FaultAct } from './faults/port.ts'
import { programsAct } from './programs/act.ts'
import type { JournalCopies } from './services/copies.ts'
import type { Rooms } from './rooms/port.ts'
import { processRooms } from './rooms/process.ts'
import { openRooms } from './rooms/rooms.ts'
import { containerRooms } from './services/docker/act/room.ts'
import { dockerAct } from './services/docker/act/act.ts'
import { openFleet } from './services/docker/layout.ts'
import { dockerWatch } from './services/docker/watch/watch.ts'
import type { ServiceAct, ServiceWatch } from './services/port.ts'
import { trafficAct, type TrafficAct } from './traffic/act.ts'
import { releasesAct } from './services/releases/act.ts'
import { swarmAct } from './services/swarm/act/act.ts'
import { openSwarms } from './services/swarm/layout.ts'
import { swarmWatch } from './services/swarm/watch.ts'
import { usersOf, type Users } from './watches.ts'

/** What the engine alone holds. */
export type Acts = {
  readonly services: ServiceAct
  readonly watch: ServiceWatch
  readonly users: Users
  readonly copies: JournalCopies
  readonly containers: ContainerTry
  readonly cell: Cell
  readonly traffic: TrafficAct
  readonly rooms: Rooms
  readonly databases: Readonly<Record<string, DatabaseAct>>
  readonly channels: Readonly<Record<string, ChannelAct>>
  /** Of whoever leads a drill alone: an engine never holds them. */
  readonly faults: FaultAct | null
}

/** `lockFd`: the run lock, inherited by children whose work must be over before another engine may start. */
export function openActs(
  manifest: Manifest,
  means: TargetMeans,
  lockFd: number | null,
  faults: FaultAct | null = null,
): Acts {
  const releases = releasesAct(servicesConfig(manifest, means))
  const fleet = openFleet(servicesConfig(manifest, means))
  const swarms = openSwarms(servicesConfig(manifest, means))
  const swarm = swarmAct(swarms)
  const { resolve } = means
  const programs = programsAct({ manifest, fleet, swarms, releases: servicesConfig(manifest, means), resolve, lockFd })
  const services = actByHost(manifest.hosts, { releases, docker: dockerAct(fleet), swarm })
  return {
    services,
    traffic: trafficAct(manifest, services),
    rooms: openRooms({
      manifest,
      resolve,
      landlords: { releases: processRooms(servicesConfig(manifest, means)), docker: containerRooms(fleet) },
    }),
    watch: watchByHost(manifest.hosts, { releases, docker: dockerWatch(fleet), swarm: swarmWatch(swarms) }),
    cell: cellsOf(manifest, means),
    containers: containersOn(manifest, { docker: fleet, swarm: swarms }),
    users: usersOf(manifest),
    copies: copiesOn(manifest, means, { docker: fleet, swarm: swarms }),
    databases: each(manifest.databases, (database, name) =>
      databaseAct(name, database, { ...databaseMeans(means, lockFd), programs }),
    ),
    channels: each(manifest.notify, channel => channelAct(channel, means)),
    faults,
  }
}
