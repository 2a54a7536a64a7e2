import type { Service } from '../../../state/manifest.ts'
import { openEngine, type Engine } from '../docker/engine.ts'
import type { DockerConfig } from '../docker/layout.ts'

export type SwarmConfig = Omit<DockerConfig, 'artifacts'>

/** One manager's Engine for each Swarm. */
export type Swarms = SwarmConfig & { readonly engines: Readonly<Record<string, Engine>> }

/** One service on one Swarm. */
export type Place = {
  readonly name: string
  readonly host: string
  readonly address: string
  readonly service: Service
  /** Its name on the Swarm. */
  readonly swarm: string
  readonly environment: string
  readonly engine: Engine
}

export function openSwarms(config: SwarmConfig): Swarms {
  const engines = Object.entries(config.hosts).flatMap(([name, host]) =>
    host.kind === 'swarm' ? [[name, openEngine(name, host.endpoint)] as const] : [],
  )
  return { ...config, engines: Object.fromEntries(engines) }
}

/** Names were checked with the manifest: a missing one is a bug. */
export function placeOf(swarms: Swarms, { service, host }: { readonly service: string; readonly host: string }): Place {
  const what = swarms.services[service]
  if (what?.swarm === undefined) throw new Error(`${service} is no service of a Swarm`)
  const at = swarms.hosts[host]
  if (at?.kind !== 'swarm') throw new Error(`no such Swarm: ${host}`)
  return {
    name: service,
    host,
    address: at.address,
    service: what,
    swarm: what.swarm,
    environment: swarms.environment,
    engine: engineOf(swarms, host),
  }
}

export function engineOf({ engines }: Swarms, host: string): Engine {
  const engine = engines[host]
  if (engine === undefined) throw new Error(`no such Swarm: ${host}`)
  return engine
}
