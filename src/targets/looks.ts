import type { Manifest } from '../state/manifest.ts'
import { channelLook } from './channels/looks.ts'
import type { ChannelLook } from './channels/port.ts'
import { databaseLook, type DatabaseMeans } from './databases/looks.ts'
import type { DatabaseLook } from './databases/port.ts'
import { lookByHost } from './services/by-host.ts'
import { openFleet } from './services/docker/layout.ts'
import { dockerLook } from './services/docker/look.ts'
import type { ServiceLook } from './services/port.ts'
import { releasesLook } from './services/releases/look.ts'
import { openSwarms } from './services/swarm/layout.ts'
import { swarmLook } from './services/swarm/look.ts'

/** What adapters need from outside. `resolve`: a secret reference or plain text -> its value. */
export type TargetMeans = {
  readonly resolve: (value: string) => Promise<string>
  /** What an adapter learnt elsewhere that nobody may read. */
  readonly hide?: (secret: string) => void
  readonly now: () => Date
  /** The file that runs as the database's child process. */
  readonly databaseChild: string
}

/** All a watcher, a plan or a doctor ever holds. */
export type Looks = {
  readonly services: ServiceLook
  readonly databases: Readonly<Record<string, DatabaseLook>>
  readonly channels: Readonly<Record<string, ChannelLook>>
}

export function openLooks(manifest: Manifest, means: TargetMeans): Looks {
  return {
    services: lookByHost(manifest.hosts, {
      releases: releasesLook(servicesConfig(manifest, means)),
      docker: dockerLook(openFleet(servicesConfig(manifest, means))),
      swarm: swarmLook(openSwarms(servicesConfig(manifest, means))),
    }),
    databases: each(manifest.databases, (database, name) => databaseLook(name, database, databaseMeans(means, null))),
    channels: each(manifest.notify, channel => channelLook(channel, means)),
  }
}

export function servicesConfig(manifest: Manifest, means: TargetMeans) {
  const { environment, hosts, services, timing } = manifest
  const { artifacts } = manifest
  return {
    environment: environment.name,
    hosts,
    services,
    timing,
    resolve: means.resolve,
    now: means.now,
    ...(means.hide === undefined ? {} : { hide: means.hide }),
    ...(artifacts === undefined ? {} : { artifacts }),
  }
}

export function databaseMeans({ resolve, now, databaseChild }: TargetMeans, lockFd: number | null): DatabaseMeans {
  return { resolve, now, childEntry: databaseChild, lockFd }
}

export function each<From, To>(
  record: Readonly<Record<string, From>>,
  make: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value, name)]))
}
