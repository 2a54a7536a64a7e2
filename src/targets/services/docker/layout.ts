import type { ContainerName, Endpoint, Host, Service, Timing } from '../../../state/manifest.ts'
import { openEngine, type Engine } from './engine.ts'

export type DockerConfig = {
  readonly environment: string
  readonly hosts: Readonly<Record<string, Host>>
  readonly services: Readonly<Record<string, Service>>
  readonly timing: Timing
  readonly now: () => Date
  readonly hide?: (secret: string) => void
  /** Directory of saved images, on this machine. */
  readonly artifacts?: string
}

/** The engines of one process, one each, and where each service lives on them. */
export type Fleet = DockerConfig & { readonly engines: Readonly<Record<string, Engine>> }

/** Where one service lives on one host. */
export type Place = {
  readonly name: string
  readonly host: string
  readonly address: string
  readonly service: Service
  readonly container: ContainerName
  readonly environment: string
  /** The services of the manifest on the same host. */
  readonly neighbours: Readonly<Record<string, ContainerName>>
  readonly engine: Engine
  readonly endpoint: Endpoint
}

export function openFleet(config: DockerConfig): Fleet {
  const engines = Object.entries(config.hosts).flatMap(([name, host]) =>
    host.kind === 'docker' ? [[name, openEngine(name, host.endpoint, config.hide)] as const] : [],
  )
  return { ...config, engines: Object.fromEntries(engines) }
}

/** Names were checked with the manifest: a missing one is a bug. */
export function placeOf(fleet: Fleet, { service, host }: { readonly service: string; readonly host: string }): Place {
  const what = fleet.services[service]
  const container = what?.container
  if (what === undefined || container === undefined) throw new Error(`${service} is no container`)
  const at = fleet.hosts[host]
  if (at?.kind !== 'docker') throw new Error(`no such host: ${host}`)
  return {
    name: service,
    host,
    address: at.address,
    endpoint: at.endpoint,
    service: what,
    container,
    environment: fleet.environment,
    neighbours: neighboursOn(fleet, host),
    engine: engineOf(fleet, host),
  }
}

export function neighboursOn({ services }: Fleet, host: string): Readonly<Record<string, ContainerName>> {
  const here = Object.entries(services).flatMap(([name, { hosts, container }]) =>
    container !== undefined && hosts.includes(host) ? [[name, container] as const] : [],
  )
  return Object.fromEntries(here)
}

export function engineOf({ engines }: Pick<Fleet, 'engines'>, host: string): Engine {
  const engine = engines[host]
  if (engine === undefined) throw new Error(`no such Docker host: ${host}`)
  return engine
}
