import type Docker from 'dockerode'
import type { Service } from '../../src/state/manifest.ts'
import type { SwarmConfig } from '../../src/targets/services/swarm/layout.ts'
import { timing, until } from '../contract/services-shop.ts'
import { openEngine, type TestEngine } from './engine.ts'
import { importImage, type ImageRecipe } from './images.ts'
import { openRegistry, type TestRegistry } from './registry.ts'
import { eventsSince } from './shop.ts'

/** One Swarm: a manager and two workers, and a registry that all three pull from. */
export type TestSwarm = {
  readonly manager: TestEngine
  readonly workers: readonly TestEngine[]
  readonly engines: readonly TestEngine[]
  readonly registry: TestRegistry
  /** Imports an image at the manager and pushes it. */
  readonly image: (recipe: ImageRecipe) => Promise<TestImage>
  /** Makes the service anew and waits until all its tasks run. */
  readonly deploy: (given: Deployed) => Promise<void>
  /** Another image in its spec, and other files of its container's spec, as a deployment would; waits until all tasks run it, or until its update has begun. */
  readonly redeploy: (image: TestImage, containerSpec?: object, until?: 'begun') => Promise<void>
  /** As `docker service rollback` does. */
  readonly rollBack: () => Promise<void>
  /** A label of the service: what somebody else changes. */
  readonly label: (key: string, value: string) => Promise<void>
  /** Gives its id. */
  readonly config: (name: string, text: string) => Promise<string>
  /** Gives its id. */
  readonly secret: (name: string, text: string) => Promise<string>
  readonly service: (name?: string) => Promise<SwarmService>
  readonly tasks: (name?: string) => Promise<readonly SwarmTask[]>
  /** Container starts on all nodes, in the order in which their Engines tell them. `image`: its tag. `since`: seconds. */
  readonly starts: (since: number) => Promise<readonly Start[]>
  /** No service, no config, no secret. */
  readonly clear: () => Promise<void>
  readonly close: () => Promise<void>
}

/** `reference`: `registry:5000/shop/api:1.2.2@sha256:...`; `digest`: of its manifest. */
export type TestImage = { readonly reference: string; readonly digest: string; readonly release: string }

export type Deployed = {
  readonly image: TestImage
  readonly name?: string
  /** Null: one task per node. */
  readonly replicas: number | null
  /** The one node that takes its tasks. */
  readonly on?: TestEngine
  /** The one node that takes none of them. */
  readonly notOn?: TestEngine
  /** Left out: 8080 of each task as 8081 of its node, so that there is one task per node at most. */
  readonly published?: false
  readonly updateConfig?: object
  readonly containerSpec?: object
}

export type Start = { readonly image: string; readonly node: string; readonly at: number }

/** `managers`: of the three; what is called the manager here is the one that a manifest would name. */
export async function openSwarm(managers: 1 | 3 = 1, heartbeatSeconds = 2): Promise<TestSwarm> {
  const registry = await openRegistry()
  const opened = await Promise.all([1, 2, 3].map(() => openEngine(registry.flags)))
  const [manager, ...workers] = opened as [TestEngine, TestEngine, TestEngine]
  await manager.docker.swarmInit({
    ListenAddr: '0.0.0.0:2377',
    AdvertiseAddr: `${manager.address}:2377`,
    DataPathAddr: manager.address,
    // A node that is cut off is noticed after three of these.
    Spec: { Dispatcher: { HeartbeatPeriod: heartbeatSeconds * 1e9 } },
  })
  const { JoinTokens } = (await manager.docker.swarmInspect()) as {
    JoinTokens: { Worker: string; Manager: string }
  }
  for (const { docker, address } of workers)
    await docker.swarmJoin({
      ListenAddr: '0.0.0.0:2377',
      AdvertiseAddr: `${address}:2377`,
      DataPathAddr: address,
      RemoteAddrs: [`${manager.address}:2377`],
      JoinToken: managers === 3 ? JoinTokens.Manager : JoinTokens.Worker,
    })
  await until(() => allReady(manager, opened.length))
  const { docker } = manager
  const tasks = async (name = 'shop_api'): Promise<readonly SwarmTask[]> =>
    (await docker.listTasks({ filters: { service: [name] } })) as readonly SwarmTask[]
  return {
    manager,
    workers,
    engines: opened,
    registry,
    image: async recipe => {
      const id = await importImage(manager.docker, recipe)
      const pushed = await registry.push(manager.docker, id, recipe.name)
      const [, release = ''] = recipe.name.split(':')
      const [, digest = ''] = pushed.split('@')
      return { reference: `${registry.address}/${recipe.name}@${digest}`, digest, release }
    },
    deploy: async ({ image, name = 'shop_api', replicas, on, notOn, published, updateConfig, containerSpec }) => {
      const authconfig = { ...registry.account, serveraddress: registry.address }
      await docker.createService(authconfig, {
        Name: name,
        TaskTemplate: {
          ContainerSpec: { Image: image.reference, StopGracePeriod: 2e9, ...containerSpec },
          RestartPolicy: { Condition: 'any', Delay: 2e8 },
          Placement: {
            Constraints: [
              ...(on === undefined ? [] : [`node.hostname==${on.namespace}`]),
              ...(notOn === undefined ? [] : [`node.hostname!=${notOn.namespace}`]),
            ],
          },
        },
        Mode: replicas === null ? { Global: {} } : { Replicated: { Replicas: replicas } },
        UpdateConfig: { Parallelism: 1, Monitor: 5e8, FailureAction: 'rollback', Order: 'stop-first', ...updateConfig },
        // The mesh needs modules of the kernel that a test's machine may not have.
        EndpointSpec: {
          Ports:
            published === false
              ? []
              : [{ Protocol: 'tcp', TargetPort: 8080, PublishedPort: 8081, PublishMode: 'host' }],
        },
      })
      await until(
        async () => running(await tasks(name)).length === (replicas ?? opened.length - (notOn === undefined ? 0 : 1)),
      )
    },
    redeploy: async (image, containerSpec = {}, how) => {
      const service = docker.getService('shop_api')
      const { Version, Spec } = (await service.inspect()) as SwarmService
      const { TaskTemplate } = Spec
      const ContainerSpec = { ...TaskTemplate.ContainerSpec, ...containerSpec, Image: image.reference }
      await service.update({
        _query: { version: Version.Index },
        _body: { ...Spec, TaskTemplate: { ...TaskTemplate, ContainerSpec } },
      })
      const state = how === 'begun' ? 'updating' : 'completed'
      await until(async () => (await service.inspect()).UpdateStatus?.State === state)
    },
    rollBack: async () => {
      const service = docker.getService('shop_api')
      const { Version, Spec } = (await service.inspect()) as SwarmService
      await service.update({ _query: { version: Version.Index, rollback: 'previous' }, _body: Spec })
      await until(async () => (await service.inspect()).UpdateStatus?.State === 'rollback_completed')
    },
    label: async (key, value) => {
      const service = docker.getService('shop_api')
      const { Version, Spec } = (await service.inspect()) as SwarmService
      const Labels = { ...Spec.Labels, [key]: value }
      await service.update({ _query: { version: Version.Index }, _body: { ...Spec, Labels } })
    },
    config: async (name, text) => {
      const made = await docker.createConfig({ Name: name, Data: Buffer.from(text).toString('base64') })
      return (made as { readonly id: string }).id
    },
    secret: async (name, text) => {
      const made = await docker.createSecret({ Name: name, Data: Buffer.from(text).toString('base64') })
      return (made as { readonly id: string }).id
    },
    service: async (name = 'shop_api') => (await docker.getService(name).inspect()) as SwarmService,
    tasks,
    starts: since => startsOn(opened, since),
    clear: () => clear(opened, docker),
    close: async () => {
      await Promise.all(opened.map(engine => engine.close()))
      await registry.close()
    },
  }
}

export type SwarmService = {
  readonly Version: { readonly Index: number }
  readonly Spec: {
    readonly Labels?: Readonly<Record<string, string>>
    readonly Mode: { readonly Replicated?: { readonly Replicas: number } }
    readonly TaskTemplate: {
      readonly ContainerSpec: {
        readonly Image: string
        readonly Configs?: readonly unknown[]
        readonly Secrets?: readonly unknown[]
      }
    }
    readonly UpdateConfig: { readonly FailureAction: string; readonly Parallelism: number; readonly Order: string }
  }
  readonly UpdateStatus?: { readonly State?: string }
}

export type SwarmTask = {
  readonly NodeID: string
  readonly DesiredState: string
  readonly Spec: { readonly ContainerSpec: { readonly Image: string } }
  readonly Status: { readonly State: string; readonly Err?: string }
}

export function running(tasks: readonly SwarmTask[]): readonly SwarmTask[] {
  return tasks.filter(({ DesiredState, Status }) => DesiredState === 'running' && Status.State === 'running')
}

/** One service, api, which the Swarm calls shop_api. Plain data. */
export function swarmConfig({ manager }: TestSwarm, changes: Partial<Service> = {}): Omit<SwarmConfig, 'now'> {
  const api: Service = {
    hosts: ['shop-swarm'],
    release: null,
    swarm: 'shop_api',
    kind: 'web',
    dependsOn: [],
    stop: { graceMs: 2000 },
    health: { kind: 'http', url: 'http://{host}:8081/healthz', status: 200 },
    identity: { url: 'http://{host}:8081/version', json: '$.version' },
    ...changes,
  }
  const { socket, address } = manager
  return {
    environment: 'shop',
    hosts: { 'shop-swarm': { kind: 'swarm', endpoint: { kind: 'unix', path: socket }, address } },
    services: { api },
    timing,
  }
}

async function startsOn(engines: readonly TestEngine[], since: number): Promise<readonly Start[]> {
  const all = await Promise.all(
    engines.map(async ({ docker, namespace }) => {
      const events = await eventsSince(docker, since, { type: ['container'], event: ['start'] })
      return events.map(({ Actor: { Attributes }, timeNano }) => ({
        image: /:([^:@]+)@/.exec(Attributes['image'] ?? '')?.[1] ?? '',
        node: namespace,
        at: timeNano,
      }))
    }),
  )
  return all.flat().sort((a, b) => a.at - b.at)
}

async function clear(engines: readonly TestEngine[], docker: Docker): Promise<void> {
  for (const { ID } of await docker.listServices()) await docker.getService(ID).remove()
  const empty = async (): Promise<boolean> => {
    const all = await Promise.all(engines.map(engine => engine.docker.listContainers()))
    return all.flat().length === 0
  }
  await until(empty)
  for (const { ID } of await docker.listConfigs()) await docker.getConfig(ID).remove()
  for (const { ID } of await docker.listSecrets()) await docker.getSecret(ID ?? '').remove()
}

type Node = { readonly Status: { readonly State: string } }

export async function allReady({ docker }: TestEngine, count: number): Promise<boolean> {
  const nodes = (await docker.listNodes()) as readonly Node[]
  return nodes.filter(({ Status }) => Status.State === 'ready').length === count
}
