import type Docker from 'dockerode'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { dockerConfig, removeAll } from '../engines/shop.ts'

const name = 'shop-api-1'
const where = { service: 'api', host: 'web-1' }
const second = 1_000_000_000
const mebibyte = 1024 * 1024

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })
const word = fc.constantFrom('a', 'b', 'c', 'd')
const record = fc.dictionary(word, word, { maxKeys: 3 })
const some = <T>(...values: readonly T[]) => fc.subarray([...values])

/** Each place of a mount once, in one of the ways in which people write it. */
const mounts = some('/one', '/two', '/three', '/four').chain(places =>
  fc.tuple(
    ...places.map(place =>
      fc.tuple(fc.constant(place), fc.constantFrom('bind', 'bare', 'mount', 'unnamed', 'tmpfs', 'volume')),
    ),
  ),
)
const restart = fc.constantFrom(
  { Name: 'no' },
  { Name: 'always' },
  { Name: 'unless-stopped' },
  { Name: 'on-failure', MaximumRetryCount: 3 },
)
const endpoint = fc.record({
  Aliases: some('shop', 'api', 'orders'),
  DriverOpts: maybe(fc.constant({ 'com.example.rank': '1' })),
})

const settings = fc.record({
  env: record,
  labels: record,
  user: maybe(fc.constantFrom('1000', 'nobody', '0:0')),
  directory: maybe(fc.constantFrom('/tmp', '/data')),
  entrypoint: maybe(fc.constant(['/bin/busybox', 'sh', '-c', 'exec sleep 1000'])),
  health: maybe(fc.constant({ Test: ['CMD', '/bin/busybox', 'true'], Interval: second, Timeout: second, Retries: 2 })),
  signal: maybe(fc.constantFrom('SIGINT', 'SIGKILL')),
  terminal: fc.boolean(),
  hostname: maybe(fc.constant('api-host')),
  mounts,
  readOnly: fc.boolean(),
  restart,
  memory: maybe(fc.constantFrom(32 * mebibyte, 64 * mebibyte)),
  cpus: maybe(fc.constantFrom(250_000_000, 500_000_000)),
  init: maybe(fc.boolean()),
  capabilities: some('NET_ADMIN', 'SYS_TIME'),
  limits: some({ Name: 'nofile', Soft: 1024, Hard: 2048 }, { Name: 'nproc', Soft: 512, Hard: 512 }),
  hosts: some('ledger:10.1.2.3', 'mail:10.1.2.4'),
  log: maybe(fc.constant({ Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } })),
  networks: fc.dictionary(fc.constantFrom('front', 'back', 'bridge'), endpoint, { maxKeys: 3 }),
  ports: some('8080/tcp', '9090/udp'),
})
type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never

describeWithEngines('a container made in any way', () => {
  let engine: TestEngine
  let good: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, {
      name: 'shop/api:1.2.2',
      changes: ['ENV OLD=1', 'LABEL made=old', 'WORKDIR /www'],
    })
    await importImage(engine.docker, { name: 'shop/api:1.3.0', changes: ['ENV NEW=1', 'LABEL made=new', 'USER root'] })
    for (const network of ['front', 'back']) await engine.docker.createNetwork({ Name: network })
  })
  afterAll(() => engine?.close())

  test('is the same after it was gone back with, but for what the images define, and has the same volumes', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async made => {
        await removeAll(engine.docker)
        await create(made)
        const before = await inspect()
        await goBack()
        const after = await inspect()
        expect(after.Image).toBe(good)
        expect(comparable(after)).toEqual(comparable(before))
        expect(after.State.Running).toBe(true)
      }),
      { numRuns: 12 },
    )
  })

  const inspect = () => engine.docker.getContainer(name).inspect()

  async function create(made: Settings): Promise<void> {
    const { docker } = engine
    const [first, ...others] = Object.entries(made.networks)
    const container = await docker.createContainer(optionsFor(made, first))
    for (const [network, EndpointConfig] of others)
      await docker
        .getNetwork(network)
        .connect({ Container: container.id, EndpointConfig: asked(network, EndpointConfig) })
    await container.start()
  }

  async function goBack(): Promise<void> {
    const act = dockerAct(openFleet({ ...dockerConfig(engine), now: () => new Date() }))
    const { restart: policy } = await act.observe(where)
    const to = { ...where, release: '1.2.2', digest: good }
    const commands: readonly ServiceCommand[] = [
      { kind: 'service.stop', ...where, graceMs: 0 },
      { kind: 'service.point', ...to },
      { kind: 'service.start', ...to, ...(policy === undefined ? {} : { restart: policy }) },
    ]
    for (const command of commands) {
      const outcome = await act.apply(command, permitFor(command), contextOf(), quiet)
      if (!outcome.ok) throw new Error(`${command.kind}: ${outcome.fault.what} ${outcome.fault.detail ?? ''}`)
    }
    await act.close()
  }
})

type Endpoint = Settings['networks'][string]

/** The bridge that every Engine has knows no aliases. */
function asked(network: string, { Aliases, DriverOpts }: Endpoint): Docker.EndpointSettings {
  const options = DriverOpts === undefined ? {} : { DriverOpts }
  return (network === 'bridge' ? options : { ...options, Aliases }) as Docker.EndpointSettings
}

function optionsFor(made: Settings, first: [string, Endpoint] | undefined): Docker.ContainerCreateOptions {
  const written = (way: string): readonly string[] => made.mounts.flatMap(([at, how]) => (how === way ? [at] : []))
  const given = <T>(key: string, value: T | undefined): object => (value === undefined ? {} : { [key]: value })
  return {
    name,
    Image: 'shop/api:1.3.0',
    Env: Object.entries(made.env).map(([key, value]) => `${key}=${value}`),
    Labels: made.labels,
    Tty: made.terminal,
    ...given('User', made.user),
    ...given('WorkingDir', made.directory),
    ...given('Entrypoint', made.entrypoint),
    ...given('Healthcheck', made.health),
    ...given('StopSignal', made.signal),
    ...given('Hostname', made.hostname),
    Volumes: Object.fromEntries(written('volume').map(at => [at, {}])),
    ExposedPorts: Object.fromEntries(made.ports.map(port => [port, {}])),
    HostConfig: {
      Binds: [...written('bind').map(at => `named-${at.slice(1)}:${at}`), ...written('bare')],
      Mounts: [
        ...written('mount').map(at => ({ Type: 'volume' as const, Source: `kept-${at.slice(1)}`, Target: at })),
        ...written('unnamed').map(at => ({ Type: 'volume' as const, Source: '', Target: at })),
      ],
      Tmpfs: Object.fromEntries(written('tmpfs').map(at => [at, 'size=1m'])),
      PortBindings: Object.fromEntries(
        made.ports.map(port => [port, [{ HostPort: port === '8080/tcp' ? '8081' : '' }]]),
      ),
      RestartPolicy: made.restart,
      ReadonlyRootfs: made.readOnly,
      CapAdd: made.capabilities,
      Ulimits: made.limits,
      ExtraHosts: made.hosts,
      ...given('Memory', made.memory),
      ...given('NanoCpus', made.cpus),
      ...given('Init', made.init),
      ...given('LogConfig', made.log),
      ...(first === undefined ? {} : { NetworkMode: first[0] }),
    },
    ...(first === undefined
      ? {}
      : ({ NetworkingConfig: { EndpointsConfig: { [first[0]]: asked(...first) } } } as object)),
  }
}

/** All but image, id and times; what the two images define; and that a volume without a name is mounted by the one it got. */
function comparable(container: Docker.ContainerInspectInfo): unknown {
  const { Config, HostConfig, Mounts, NetworkSettings, Id } = container
  const unnamed = Mounts.filter(({ Name }) => /^[0-9a-f]{64}$/.test(Name ?? '')).map(({ Destination }) => Destination)
  const { made: _, ...labels } = Config.Labels
  return {
    Config: {
      ...Config,
      Image: null,
      Hostname: Id.startsWith(Config.Hostname) ? null : Config.Hostname,
      User: Config.User === 'root' ? '' : Config.User,
      WorkingDir: ['', '/', '/www'].includes(Config.WorkingDir) ? null : Config.WorkingDir,
      Labels: labels,
      Env: Config.Env.filter(entry => entry !== 'OLD=1' && entry !== 'NEW=1').toSorted(),
    },
    HostConfig: {
      ...HostConfig,
      Binds: (HostConfig.Binds ?? []).filter(bind => !bind.split(':').some(part => unnamed.includes(part))),
      Mounts: HostConfig.Mounts?.map(mount => (unnamed.includes(mount.Target) ? { ...mount, Source: '' } : mount)),
    },
    Mounts: Mounts.map(({ Type, Name, Destination, RW }) => [Destination, Type, Name, RW]).toSorted((a, b) =>
      String(a[0]) < String(b[0]) ? -1 : 1,
    ),
    Networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks).map(([network, inner]) => {
        const { Aliases, DriverOpts, IPAMConfig } = inner as Partial<Docker.EndpointSettings>
        return [network, { DriverOpts, IPAMConfig, Aliases: (Aliases ?? []).filter(alias => !Id.startsWith(alias)) }]
      }),
    ),
  }
}
