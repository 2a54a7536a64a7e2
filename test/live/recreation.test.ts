import type Docker from 'dockerode'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { inside } from '../engines/inside.ts'
import { dockerConfig, removeAll } from '../engines/shop.ts'

const name = 'shop-api-1'
const instance = { service: 'api', host: 'web-1' }

describeWithEngines('a container made anew from another image', () => {
  let engine: TestEngine
  let good: string
  let bad: string
  beforeAll(async () => {
    engine = await openEngine()
    const { docker } = engine
    bad = await importImage(docker, {
      name: 'shop/api:1.3.0',
      changes: [
        'ENV NEW_FLAG=on',
        'ENV TZ=UTC',
        'LABEL made.by=ci-13',
        'EXPOSE 9090',
        'VOLUME /cache',
        'WORKDIR /www',
        'USER root',
      ],
    })
    good = await importImage(docker, {
      name: 'shop/api:1.2.2',
      changes: ['ENV OLD_FLAG=on', 'ENV TZ=UTC', 'LABEL made.by=ci-12', 'EXPOSE 9091', 'WORKDIR /tmp', 'USER 0'],
    })
    await docker.createNetwork({ Name: 'front', IPAM: { Config: [{ Subnet: '172.31.7.0/24' }] } } as never)
    await docker.createNetwork({ Name: 'back', IPAM: { Config: [{ Subnet: '172.31.8.0/24' }] } } as never)
  })
  beforeEach(() => removeAll(engine.docker))
  afterAll(() => engine?.close())

  test('carries all that people set, and takes the rest from the image', async () => {
    const { docker } = engine
    await runEverything()
    const before = await docker.getContainer(name).inspect()
    await switchTo(good)
    const after = await docker.getContainer(name).inspect()
    expect(comparable(after, ['/cache'])).toEqual(comparable(before, ['/cache']))
    expect([before.Image, after.Image]).toEqual([bad, good])
    expect(after.Config.Env.toSorted()).toEqual(['DEBUG=yes', 'OLD_FLAG=on', 'PAYMENT_KEY=s3cret', 'TZ=Europe/Paris'])
    expect(after.Config.Labels['made.by']).toBe('ci-12')
    expect(after.Config.WorkingDir).toBe('/tmp')
    expect(Object.keys(after.Config.ExposedPorts)).toEqual(expect.arrayContaining(['8080/tcp', '9091/tcp']))
    expect(after.Config.ExposedPorts).not.toHaveProperty('9090/tcp')
    expect(volumeAt(after, '/cache')).toBe(volumeAt(before, '/cache'))
    for (const path of ['/scratch', '/unnamed', '/bare']) expect(volumeAt(after, path)).toBe(volumeAt(before, path))
    expect(macAt(after, 'front')).toBe('02:42:ac:1f:07:99')
  })

  test('behaves the same: reached by alias and fixed address, and writing to its volumes', async () => {
    const { docker } = engine
    await runEverything()
    await inside(docker, name, ['touch', '/data/from-1.3.0', '/scratch/from-1.3.0'])
    await switchTo(good)
    const client = await docker.createContainer({
      name: 'client',
      Image: 'shop/api:1.2.2',
      HostConfig: { NetworkMode: 'back' },
    })
    await client.start()
    for (const at of ['shop', '172.31.8.40'])
      expect(await inside(docker, 'client', ['wget', '-q', '-O', '-', `http://${at}:8080/version`])).toContain('1.2.2')
    for (const volume of ['/data', '/scratch'])
      expect(await inside(docker, name, ['ls', volume])).toContain('from-1.3.0')
  })

  test('comes back as it was when it is put back: the very container, its files included', async () => {
    const { docker } = engine
    await (await docker.createContainer({ name, Image: 'shop/api:1.3.0' })).start()
    const { Id } = await docker.getContainer(name).inspect()
    await switchTo(good)
    await switchTo(bad, '1.3.0')
    expect((await docker.getContainer(name).inspect()).Id).toBe(Id)
  })

  test('that others share the network of is told apart by its place: they join the new one', async () => {
    const { docker } = engine
    await (await docker.createContainer({ name, Image: 'shop/api:1.3.0' })).start()
    const sharer = {
      name: 'shop-sidecar-1',
      Image: 'shop/api:1.3.0',
      Cmd: ['/bin/busybox', 'sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'],
    }
    await (await docker.createContainer({ ...sharer, HostConfig: { NetworkMode: `container:${name}` } })).start()
    const act = adapters({ sidecar: 'shop-sidecar-1' })
    expect(await act.observe({ service: 'sidecar', host: 'web-1' })).toMatchObject({ sharesWith: ['api'] })
    for (const service of ['sidecar', 'api'])
      await apply(act, { kind: 'service.stop', service, host: 'web-1', graceMs: 1000 })
    for (const service of ['api', 'sidecar']) {
      await apply(act, { kind: 'service.point', service, host: 'web-1', release: '1.2.2', digest: good })
      await apply(act, { kind: 'service.start', service, host: 'web-1', release: '1.2.2', digest: good })
    }
    const parent = await docker.getContainer(name).inspect()
    const child = await docker.getContainer('shop-sidecar-1').inspect()
    expect(child.HostConfig.NetworkMode).toBe(`container:${parent.Id}`)
    expect(
      await inside(docker, 'shop-sidecar-1', ['wget', '-q', '-O', '-', 'http://127.0.0.1:8080/version']),
    ).toContain('1.2.2')
    await act.close()
  })

  test('removed when it ends (--rm) comes back all the same', async () => {
    const { docker } = engine
    await (
      await docker.createContainer({ name, Image: 'shop/api:1.3.0', Env: ['A=1'], HostConfig: { AutoRemove: true } })
    ).start()
    await switchTo(good)
    const after = await docker.getContainer(name).inspect()
    expect([after.Image, after.Config.Env, after.HostConfig.AutoRemove, after.State.Running]).toEqual([
      good,
      expect.arrayContaining(['A=1', 'OLD_FLAG=on']),
      true,
      true,
    ])
    await switchTo(bad, '1.3.0')
    expect((await docker.getContainer(name).inspect()).Config.Env).toEqual(
      expect.arrayContaining(['A=1', 'NEW_FLAG=on']),
    )
  })

  async function runEverything(): Promise<void> {
    const { docker } = engine
    await docker.createVolume({ Name: 'orders' })
    await docker.createContainer({
      name: 'shop-archive-1',
      Image: 'shop/api:1.3.0',
      Volumes: { '/archive/spool': {} },
      HostConfig: { Binds: ['archive:/archive/orders', '/var/tmp:/archive/host'] },
    })
    const container = await docker.createContainer(everything)
    await docker.getNetwork('back').connect({
      Container: container.id,
      EndpointConfig: {
        Aliases: ['api', 'shop'],
        IPAMConfig: { IPv4Address: '172.31.8.40' },
        DriverOpts: { 'com.example.rank': 'second' },
      },
    })
    await container.start()
  }

  function adapters(more: Readonly<Record<string, string>> = {}) {
    const config = dockerConfig(engine)
    const others = Object.entries(more).map(([service, container]) => [
      service,
      { ...config.services['api']!, container: { kind: 'name' as const, name: container } },
    ])
    const services = { ...config.services, ...Object.fromEntries(others) }
    return dockerAct(openFleet({ ...config, services, now: () => new Date() }))
  }

  async function apply(act: ReturnType<typeof dockerAct>, command: ServiceCommand): Promise<void> {
    const outcome = await act.apply(command, permitFor(command), contextOf(), quiet)
    if (!outcome.ok) throw new Error(`${command.kind}: ${outcome.fault.what} ${outcome.fault.detail ?? ''}`)
  }

  async function switchTo(digest: string, release = '1.2.2'): Promise<void> {
    const act = adapters()
    const { restart } = await act.observe(instance)
    await apply(act, { kind: 'service.stop', ...instance, graceMs: 1000 })
    await apply(act, { kind: 'service.point', ...instance, release, digest })
    await apply(act, {
      kind: 'service.start',
      ...instance,
      release,
      digest,
      ...(restart === undefined ? {} : { restart }),
    })
    await act.close()
  }
})

/** Every option that the issue of exact recreation names. */
const everything: Docker.ContainerCreateOptions = {
  name,
  Image: 'shop/api:1.3.0',
  Hostname: 'api-host',
  Domainname: 'shop.example',
  User: '0:0',
  MacAddress: '02:42:ac:1f:07:99',
  Env: ['PAYMENT_KEY=s3cret', 'TZ=Europe/Paris', 'DEBUG=yes'],
  Cmd: ['/bin/busybox', 'httpd', '-f', '-p', '8080', '-h', '/www'],
  Labels: {
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'api',
    'com.docker.compose.container-number': '1',
    'com.docker.compose.config-hash': 'abc',
    team: 'checkout',
  },
  ExposedPorts: { '8080/tcp': {} },
  Volumes: { '/scratch': {} },
  StopSignal: 'SIGKILL',
  StopTimeout: 7,
  Healthcheck: { Test: ['CMD', '/bin/busybox', 'true'], Interval: 1_000_000_000, Timeout: 1_000_000_000, Retries: 3 },
  HostConfig: {
    Binds: ['orders:/data', '/tmp:/host-tmp:ro', '/bare'],
    Mounts: [
      { Type: 'tmpfs', Target: '/fast', Source: '', TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o700 } },
      { Type: 'volume', Target: '/unnamed', Source: '' },
      { Type: 'volume', Target: '/catalog', Source: 'catalog', ReadOnly: true },
    ],
    VolumesFrom: ['shop-archive-1:ro'],
    PortBindings: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '8081' }] },
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 },
    NetworkMode: 'front',
    Memory: 64 * 1024 * 1024,
    MemoryReservation: 32 * 1024 * 1024,
    NanoCpus: 500_000_000,
    PidsLimit: 100,
    CapAdd: ['NET_ADMIN'],
    CapDrop: ['MKNOD'],
    Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/void', CgroupPermissions: 'r' }],
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
    ExtraHosts: ['ledger:10.1.2.3'],
    Dns: ['10.1.2.53'],
    DnsSearch: ['shop.example'],
    DnsOptions: ['ndots:1'],
    Init: true,
    Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }],
    Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
    SecurityOpt: ['no-new-privileges'],
    ShmSize: 16 * 1024 * 1024,
    OomScoreAdj: 100,
    GroupAdd: ['12'],
    Tmpfs: { '/run': 'rw,size=1m' },
    ReadonlyRootfs: true,
  },
  NetworkingConfig: {
    EndpointsConfig: {
      front: {
        Aliases: ['api'],
        IPAMConfig: { IPv4Address: '172.31.7.40' },
        DriverOpts: { 'com.example.rank': 'first' },
      },
    },
  } as never,
}

/** All but image, id, times, what the images define, and (said here) the binds and mounts that name an anonymous volume. */
function comparable(container: Docker.ContainerInspectInfo, imageVolumes: readonly string[]): unknown {
  const { Config, HostConfig, NetworkSettings, Mounts } = container
  const { Image: _, Env: __, WorkingDir: ___, ...config } = Config
  const anonymous = Mounts.filter(({ Name }) => /^[0-9a-f]{64}$/.test(Name ?? '')).map(({ Destination }) => Destination)
  return {
    Config: {
      ...config,
      Labels: { ...Config.Labels, 'made.by': null },
      Volumes: Object.keys(Config.Volumes ?? {}).filter(path => !imageVolumes.includes(path)),
      ExposedPorts: Object.keys(Config.ExposedPorts).filter(port => !port.startsWith('909')),
    },
    HostConfig: {
      ...HostConfig,
      Binds: (HostConfig.Binds ?? []).filter(bind => !bind.split(':').some(part => anonymous.includes(part))),
      Mounts: HostConfig.Mounts?.map(mount => (anonymous.includes(mount.Target) ? { ...mount, Source: '' } : mount)),
    },
    Mounts: Mounts.map(({ Type, Name, Destination, RW }) => ({ Type, Name, Destination, RW })).toSorted((a, b) =>
      a.Destination < b.Destination ? -1 : 1,
    ),
    Networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks).map(([network, endpoint]) => {
        const { IPAMConfig, DriverOpts, Aliases, IPAddress } = endpoint as Partial<Docker.EndpointSettings>
        const aliases = (Aliases ?? []).filter(alias => !container.Id.startsWith(alias))
        return [network, { IPAMConfig, DriverOpts, IPAddress, Aliases: aliases }]
      }),
    ),
  }
}

function volumeAt({ Mounts }: Docker.ContainerInspectInfo, path: string): string | undefined {
  return Mounts.find(({ Destination }) => Destination === path)?.Name
}

function macAt({ NetworkSettings }: Docker.ContainerInspectInfo, network: string): string | undefined {
  return NetworkSettings.Networks[network]?.MacAddress
}
