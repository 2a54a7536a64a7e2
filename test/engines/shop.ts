import type Docker from 'dockerode'
import type { Service } from '../../src/state/manifest.ts'
import type { DockerConfig } from '../../src/targets/services/docker/layout.ts'
import { timing } from '../contract/services-shop.ts'
import type { TestEngine } from './engine.ts'

/** Of the holders of journals' copies, which nothing that runs is of. */
const journalImage = 'astern/journal:1'

/** One service, api, in the container shop-api-1 on web-1, published on port 8081. Plain data. */
export function dockerConfig(
  { socket, address }: Pick<TestEngine, 'socket' | 'address'>,
  changes: Partial<Service> = {},
): Omit<DockerConfig, 'now'> {
  const api: Service = {
    hosts: ['web-1'],
    release: null,
    container: { kind: 'name', name: 'shop-api-1' },
    kind: 'web',
    dependsOn: [],
    stop: { graceMs: 1000 },
    health: { kind: 'http', url: 'http://{host}:8081/healthz', status: 200 },
    identity: { url: 'http://{host}:8081/version', json: '$.version' },
    ...changes,
  }
  return {
    environment: 'shop',
    hosts: { 'web-1': { kind: 'docker', endpoint: { kind: 'unix', path: socket }, address } },
    services: { api },
    timing,
  }
}

/** Every container, and every volume: what a test left does not meet the next. */
export async function removeAll(docker: Docker): Promise<void> {
  const containers = await docker.listContainers({ all: true })
  await Promise.all(
    containers.map(({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => {}),
    ),
  )
  const { Volumes } = await docker.listVolumes()
  await Promise.all(
    Volumes.map(({ Name }) =>
      docker
        .getVolume(Name)
        .remove({ force: true })
        .catch(() => {}),
    ),
  )
}

/** Every container of services, be it running or not. */
export async function containersOn(docker: Docker): Promise<readonly Docker.ContainerInfo[]> {
  const containers = await docker.listContainers({ all: true })
  return containers.filter(({ Image }) => Image !== journalImage)
}

export type DockerEvent = {
  readonly Type: string
  readonly Action: string
  readonly timeNano: number
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> }
}

/** What the Engine itself says happened to services since then, in order. `since`: seconds, with their fraction. */
export async function eventsSince(
  docker: Docker,
  since: number,
  filters: object = {},
): Promise<readonly DockerEvent[]> {
  const until = Math.floor(Date.now() / 1000) + 1
  const begun: unknown = docker.getEvents({ since: since.toFixed(6), until, filters } as never)
  let text = ''
  for await (const chunk of (await (begun as Promise<unknown>)) as AsyncIterable<unknown>) text += String(chunk)
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as DockerEvent)
    .filter(({ Actor }) => Actor.Attributes['image'] !== journalImage)
}

/** Releases in the order in which their containers were started, as the Engine tells it. */
export async function startsOf(
  docker: Docker,
  since: number,
  names: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const events = await eventsSince(docker, since, { type: ['container'], event: ['start'] })
  return events.map(({ Actor: { Attributes } }) => names[Attributes['image'] ?? ''] ?? Attributes['image'] ?? '')
}
