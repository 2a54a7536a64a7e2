import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import type { InjectFault } from '../../src/state/drill/command.ts'
import type { Endpoint, Manifest } from '../../src/state/manifest.ts'
import { dockerFaultAct } from '../../src/targets/faults/docker/act/act.ts'
import type { FaultAct } from '../../src/targets/faults/port.ts'
import type { TestEngine } from '../engines/engine.ts'
import { removeAll } from '../engines/shop.ts'
import { faultMeans, handsOn } from './faults-stage.ts'
import type { FaultWorld } from './faults-suite.ts'
import { timing } from './services-shop.ts'

const { dockerKeeper } = faultMeans('/nowhere')
export const container = 'shop-api-1'
/** Of its own kind, so that what comes back is what was. */
export const policy = { Name: 'on-failure', MaximumRetryCount: 3 }

/** A host with one service, api, and a small disk that may be filled. */
export function manifestFor(
  { socket, address }: Pick<TestEngine, 'socket' | 'address'>,
  disk = '/nowhere',
  endpoint: Endpoint = { kind: 'unix', path: socket },
): Manifest {
  return {
    environment: { name: 'shop', class: 'staging' },
    hosts: { 'web-1': { kind: 'docker', endpoint, address } },
    services: {
      api: {
        hosts: ['web-1'],
        release: null,
        container: { kind: 'name', name: container },
        kind: 'web',
        dependsOn: [],
        stop: { graceMs: 1000 },
        health: { kind: 'http', url: 'http://{host}:8081/healthz', status: 200 },
        identity: { url: 'http://{host}:8081/version', json: '$.version' },
      },
    },
    databases: {},
    checks: [],
    notify: {},
    timing,
    drill: { disks: { 'web-1': disk } },
  }
}

export function actOn(manifest: Manifest, program = dockerKeeper): FaultAct {
  return dockerFaultAct(manifest, { dockerKeeper: program, now: () => new Date() })
}

export async function deploy(docker: Docker, image = 'shop/api:1.3.0', name = container): Promise<void> {
  const made = await docker.createContainer({ name, Image: image, HostConfig: { RestartPolicy: policy } })
  await made.start()
}

export async function whatIs(docker: Docker, which = container) {
  const { Id, Name, Image, Config, HostConfig, State } = await docker.getContainer(which).inspect()
  const { Running, Paused, Restarting } = State
  return { Id, Name, Image, Config, HostConfig, Running, Paused, Restarting }
}

/** All that is on an Engine, but for the image that keepers are made of. */
export async function everything(docker: Docker) {
  const [containers, { Volumes }, images] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    docker.listImages(),
  ])
  return {
    containers: containers.map(({ Id, Names, State, ImageID }) => ({ Id, Names, State, ImageID })),
    volumes: Volumes.map(({ Name }) => Name),
    images: images
      .filter(({ Labels }) => Labels?.['com.github.astern.keeper'] === undefined)
      .map(({ Id, RepoTags }) => ({ Id, tags: [...(RepoTags ?? [])].sort() }))
      .sort((a, b) => (a.Id < b.Id ? -1 : 1)),
  }
}

/** Whatever removes a keeper that has ended by itself has ended too. */
export async function isSwept(docker: Docker): Promise<boolean> {
  const all = await docker.listContainers({ all: true })
  return all.every(({ Names: [name = ''] }) => !name.startsWith('/astern-drill-'))
}

type Fault = Pick<InjectFault, 'fault' | 'target' | 'settings'>

export const onApi = (fault: InjectFault['fault'], settings: InjectFault['settings'] = {}): Fault => ({
  fault,
  target: { kind: 'service', service: 'api', host: 'web-1' },
  settings,
})

export async function faultWorld(
  engine: TestEngine,
  fault: Fault,
  isHurt: () => Promise<boolean>,
  more: { readonly disk?: SmallDisk } = {},
): Promise<FaultWorld> {
  const { docker } = engine
  await removeAll(docker)
  await deploy(docker)
  const manifest = manifestFor(engine, more.disk?.directory)
  const { act, director, close } = handsOn(manifest, '/nowhere')
  return {
    act,
    director,
    fault,
    target: async () => {
      const { containers, volumes, images } = await everything(docker)
      const own = containers.filter(({ Names: [name = ''] }) => !name.endsWith('-sweep'))
      return { containers: own, volumes, images, api: await whatIs(docker), disk: more.disk?.look() ?? null }
    },
    isHurt,
    close: async () => {
      await close()
      await removeAll(docker)
    },
  }
}

export type SmallDisk = ReturnType<typeof openSmallDisk>

/** A file system of eight megabytes. */
export function openSmallDisk() {
  const directory = mkdtempSync(join(tmpdir(), 'astern-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', directory])
  writeFileSync(join(directory, 'data'), 'what was there before')
  const room = (): number => statfsSync(directory).bfree
  return {
    directory,
    look: () => ({ files: readdirSync(directory), room: room() }),
    isFull: () => room() === 0,
    close: () => {
      execFileSync('umount', ['-l', directory])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
