import type { Service } from '../../../state/manifest.ts'
import type { Engine } from '../docker/engine.ts'
import type { DockerConfig } from '../docker/layout.ts'
import { openManagers, type Managers } from './managers.ts'

export type SwarmConfig = Omit<DockerConfig, 'artifacts'>

/** `engines`: the Swarm itself, by whichever of its managers answers. */
export type Swarms = SwarmConfig & {
  readonly engines: Readonly<Record<string, Engine>>
  readonly managers: Readonly<Record<string, Managers>>
}

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
  /** Each of its managers that is named: an Engine reaches into no other's containers. */
  readonly managers: readonly Engine[]
}

export function openSwarms(config: SwarmConfig): Swarms {
  const opened = Object.entries(config.hosts).flatMap(([name, host]) =>
    host.kind === 'swarm' ? [[name, openManagers(name, host, config.hide)] as const] : [],
  )
  const engines = opened.map(([name, { engine }]) => [name, engine] as const)
  return { ...config, managers: Object.fromEntries(opened), engines: Object.fromEntries(engines) }
}

/** Names were checked with the manifest: a missing one is a bug. */
export function placeOf(swarms: Swarms, { service, host }: { readonly service: string; readonly host: string }): Place {
  const what = swarms.services[service]
  if (what?.swarm === undefined) throw new Error(`${service} is no service of a Swarm`)
  const at = swarms.managers[host]
  if (at === undefined) throw new Error(`no such Swarm: ${host}`)
  return {
    name: service,
    host,
    // The one that is asked may be another one the next time.
    get address() {
      return at.address()
    },
    service: what,
    swarm: what.swarm,
    environment: swarms.environment,
    engine: engineOf(swarms, host),
    managers: at.all,
  }
}

export function engineOf({ engines }: Swarms, host: string): Engine {
  const engine = engines[host]
  if (engine === undefined) throw new Error(`no such Swarm: ${host}`)
  return engine
}
