import type { ContainerAt } from '../state/check.ts'
import type { Result } from '../state/fault.ts'
import type { Manifest } from '../state/manifest.ts'
import { servicesConfig, type TargetMeans } from './looks.ts'
import type { ContainerTry, Each } from './services/containers.ts'
import {
  logOf,
  namedContainer,
  noContainer,
  runIn,
  seenOf,
  serviceContainer,
  type Found,
} from './services/docker/containers.ts'
import { openFleet, placeOf, type Fleet } from './services/docker/layout.ts'
import { serviceLog, serviceSeen, taskHere } from './services/swarm/containers.ts'
import { openSwarms, placeOf as swarmPlaceOf, type Swarms } from './services/swarm/layout.ts'

type Fleets = { readonly docker: Fleet; readonly swarm: Swarms }

/** What checks ask of containers, for whoever runs the checks alone. */
export function openContainers(
  manifest: Manifest,
  means: TargetMeans,
): { readonly containers: ContainerTry; readonly close: () => Promise<void> } {
  const fleets = {
    docker: openFleet(servicesConfig(manifest, means)),
    swarm: openSwarms(servicesConfig(manifest, means)),
  }
  return {
    containers: containersOn(manifest, fleets),
    close: async () => {
      const engines = Object.values(fleets).flatMap(fleet => Object.values(fleet.engines))
      await Promise.all(engines.map(engine => engine.close()))
    },
  }
}

/** Each host of a service is asked for itself, all at once; of a Swarm its manager. */
export function containersOn(manifest: Manifest, fleets: Fleets): ContainerTry {
  const each = async <Seen>(at: ContainerAt, ask: (where: Where) => Promise<Result<Seen>>): Promise<Each<Seen>> =>
    Promise.all(placesOf(manifest, at).map(ask))
  return {
    container: at =>
      each(at, async where => {
        if (isTask(manifest, where)) return serviceSeen(swarmPlaceOf(fleets.swarm, where))
        const found = await find(fleets, where)
        if (!found.ok) return found
        if (found.value !== null) return seenOf(found.value)
        return {
          ok: true,
          value: { where: called(where), state: 'missing', restarts: null, digests: [], life: 'missing' },
        }
      }),
    log: (at, sinceMs, timeoutMs) =>
      each(at, async where => {
        if (isTask(manifest, where)) return serviceLog(swarmPlaceOf(fleets.swarm, where), sinceMs, timeoutMs)
        const found = await there(fleets, where)
        return found.ok ? logOf(found.value, sinceMs, timeoutMs) : found
      }),
    run: (at, argv, timeoutMs) =>
      each(at, async where => {
        const found = isTask(manifest, where)
          ? await taskHere(swarmPlaceOf(fleets.swarm, where))
          : await there(fleets, where)
        return found.ok ? runIn(found.value, argv, timeoutMs) : found
      }),
  }
}

type Where = { readonly host: string; readonly service: string } | { readonly host: string; readonly container: string }

function placesOf(manifest: Manifest, at: ContainerAt): readonly Where[] {
  if ('container' in at) return [at]
  const { service, host } = at
  const hosts = host === undefined ? (manifest.services[service]?.hosts ?? []) : [host]
  return hosts.map(each => ({ service, host: each }))
}

function isTask({ hosts }: Manifest, where: Where): where is Extract<Where, { service: string }> {
  return 'service' in where && hosts[where.host]?.kind === 'swarm'
}

async function find({ docker, swarm }: Fleets, where: Where): Promise<Result<Found | null>> {
  if ('service' in where) return serviceContainer(placeOf(docker, where))
  const engine = docker.engines[where.host] ?? swarm.engines[where.host]
  if (engine === undefined) throw new Error(`no such Docker host: ${where.host}`)
  return namedContainer(engine, where.container)
}

async function there(fleets: Fleets, where: Where): Promise<Result<Found>> {
  const found = await find(fleets, where)
  if (!found.ok) return found
  return found.value === null ? { ok: false, fault: noContainer(called(where)) } : { ok: true, value: found.value }
}

function called(where: Where): string {
  return 'service' in where ? `${where.service}@${where.host}` : `${where.container} on ${where.host}`
}
