import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Docker from 'dockerode'
import { openEngine } from '../src/targets/services/docker/engine.ts'
import { importNode } from '../src/targets/services/docker/node-image.ts'
import { readRecord } from '../src/targets/services/docker/record.ts'
import { answers, layOut, serviceEnv, valuesOf, versionAt } from './services.ts'
import { services, type Hosting, type ServiceName, type Shop } from './stage.ts'
import { until } from './processes.ts'

export type DockerOptions = {
  /** Else one that no other shop of this Engine has. */
  readonly environment?: string
  /** Where a manifest says that the Engine is: a proxy in front of it. */
  readonly through?: string
  /** What its containers bear besides. */
  readonly labels?: Readonly<Record<string, string>>
}

/** The Engine on this machine: its containers use this machine's network and the shop's own directory. */
export async function dockerHosting(options: DockerOptions = {}): Promise<Hosting | string> {
  const engine = await engineHere()
  if (typeof engine === 'string') return engine
  const { docker, url, socketPath } = engine
  const { environment = `shop-${randomBytes(2).toString('hex')}`, through = url, labels = {} } = options
  const names = namesIn(environment)
  const amiss = await importNode(docker, { name: names.base })
  if (amiss !== null) return `no image could be made on ${url}: ${amiss}`
  return {
    environment,
    host: { docker: through },
    place: name => ({ container: names.container(name) }),
    migrations: '/srv/api/migrations',
    layOut: (shop, name, release) => makeImage(docker, shop, names, name, release),
    start: (shop, name, release) => deploy({ docker, names, labels }, shop, name, release),
    stop: async (_, name) => {
      await docker.getContainer(names.container(name)).stop({ t: 5 })
    },
    runs: async (shop, name, release) => {
      const [{ Config, Image }, { Id }] = await Promise.all([
        docker.getContainer(names.container(name)).inspect(),
        docker.getImage(`${names.repository(name)}:${release}`).inspect(),
      ]).catch(() => [{ Config: { Image: '' }, Image: '' }, { Id: 'none' }] as const)
      const isOwn = Config.Image === `${names.repository(name)}:${release}` && Image === Id
      return isOwn && (await versionAt(shop.ports[name])) === release
    },
    has: (_, name, release) => hasImage(docker, `${names.repository(name)}:${release}`),
    remove: async (_, name, release) => {
      await removeImage(docker, `${names.repository(name)}:${release}`)
    },
    tidy: async () => {
      const kept = services.map(name => `/${names.container(name)}`)
      await removeContainers(docker, name => name.startsWith(`/${names.prefix}`) && !kept.includes(name))
      await removeCopies(docker, environment)
    },
    holder: async () => {
      const engine = openEngine('local', { kind: 'unix', path: socketPath })
      const record = await readRecord(engine, environment)
      await engine.close()
      return record.ok ? record.value.lock : null
    },
    close: () => removeAll(docker, names, environment),
  }
}

/** The Engine on this machine; a text: why it will not do, and what to do. */
async function engineHere() {
  const url = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
  if (!url.startsWith('unix://'))
    return `--docker needs the Engine of this machine, and DOCKER_HOST is ${url}: its containers use this machine's network and files. Unset it, or leave --docker out.`
  const socketPath = url.slice('unix://'.length)
  const docker = new Docker({ socketPath })
  const there = await docker.ping().then(
    () => true,
    () => false,
  )
  if (!there)
    return `no Docker Engine answers at ${url}. Start it, or set DOCKER_HOST to the one that runs; or leave --docker out: then processes are used.`
  return { docker, url, socketPath }
}

/** What a shop of that name has left there. `mayGo` is asked of what its containers are labelled with. A text: why not. */
export async function clearEngine(
  environment: string,
  label: string,
  mayGo: (value: string) => Promise<boolean>,
): Promise<string | null> {
  const engine = await engineHere()
  if (typeof engine === 'string') return engine
  const { docker } = engine
  const left = await docker.listContainers({ all: true, filters: { label: [label] } })
  for (const value of new Set(left.map(({ Labels }) => Labels[label] ?? '')))
    if (!(await mayGo(value)))
      return `another sandbox stands on this Engine, in ${value}. End it first, from its own home: astern drill --sandbox=end`
  await removeAll(docker, namesIn(environment), environment)
  return null
}

type Names = ReturnType<typeof namesIn>

function namesIn(environment: string) {
  return {
    prefix: `${environment}-`,
    base: `${environment}/node:base`,
    container: (name: ServiceName) => `${environment}-${name}-1`,
    repository: (name: ServiceName) => `${environment}/${name}`,
  }
}

/** One image a service and release, each a layer of a few files over the same base. */
async function makeImage(docker: Docker, shop: Shop, names: Names, name: ServiceName, release: string): Promise<void> {
  if (await hasImage(docker, `${names.repository(name)}:${release}`)) return
  await layOut(shop, name, release)
  const staged = mkdtempSync(join(tmpdir(), 'astern-demo-image-'))
  const home = join(staged, 'srv', name)
  try {
    mkdirSync(dirname(home), { recursive: true })
    execFileSync('cp', ['-r', join(shop.root, 'host', name, 'releases', release), home])
    const container = await docker.createContainer({ Image: names.base, Cmd: ['/bin/node'] })
    try {
      await container.putArchive(tarOf(staged), { path: '/' })
      await container.commit({
        repo: names.repository(name),
        tag: release,
        changes: [
          `CMD ["/bin/node", "--disable-warning=ExperimentalWarning", "server.mjs"]`,
          `WORKDIR /srv/${name}`,
          `LABEL org.opencontainers.image.version=${release}`,
        ].join('\n'),
      })
    } finally {
      await container.remove()
    }
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
}

/** A new container in the place of the old one, as a pipeline makes it. */
async function deploy(
  { docker, names, labels }: { docker: Docker; names: Names; labels: NonNullable<DockerOptions['labels']> },
  shop: Shop,
  name: ServiceName,
  release: string,
): Promise<void> {
  const old = docker.getContainer(names.container(name))
  await old.remove({ force: true }).catch(() => {})
  const data = join(shop.root, 'data')
  const env = Object.entries(valuesOf(serviceEnv(name, shop), shop)).map(([key, value]) => `${key}=${value}`)
  const container = await docker.createContainer({
    name: names.container(name),
    Image: `${names.repository(name)}:${release}`,
    Labels: labels,
    Env: [...env, `STARTS_LOG=${join(data, `${name}.starts.log`)}`],
    HostConfig: { NetworkMode: 'host', Binds: [`${data}:${data}`], RestartPolicy: { Name: 'unless-stopped' } },
  })
  await container.start()
  await until(() => answers(shop.ports[name]), `${name} ${release} answers`)
}

/** The copies of the runs' journals, and the empty image of what holds them. */
async function removeCopies(docker: Docker, environment: string): Promise<void> {
  const label = [`com.github.astern.journal=${environment}`]
  const holders = await docker.listContainers({ all: true, filters: { label } })
  await Promise.all(holders.map(({ Id }) => docker.getContainer(Id).remove()))
  const { Volumes } = await docker.listVolumes({ filters: { label } })
  await Promise.all(Volumes.map(({ Name }) => docker.getVolume(Name).remove()))
  // Another environment's copies may need it.
  await docker
    .getImage('astern/journal:1')
    .remove()
    .catch(() => {})
}

async function removeContainers(docker: Docker, is: (name: string) => boolean): Promise<void> {
  const containers = await docker.listContainers({ all: true })
  const own = containers.filter(({ Names: [name = ''] }) => is(name))
  await Promise.all(own.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })))
}

async function hasImage(docker: Docker, tag: string): Promise<boolean> {
  return (await docker.listImages()).some(({ RepoTags }) => RepoTags?.includes(tag))
}

async function removeImage(docker: Docker, tag: string): Promise<void> {
  if (await hasImage(docker, tag)) await docker.getImage(tag).remove({ force: true })
}

/** All of it bears the environment's name: containers, those that were replaced too, images, and the record. */
async function removeAll(docker: Docker, names: Names, environment: string): Promise<void> {
  await removeContainers(docker, name => name.startsWith(`/${names.prefix}`))
  const images = await docker.listImages()
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter(tag => tag.startsWith(`${environment}/`))
  for (const tag of tags.toSorted((a, b) => Number(a === names.base) - Number(b === names.base)))
    await docker.getImage(tag).remove({ force: true })
  await removeCopies(docker, environment)
  const { Volumes } = await docker.listVolumes()
  const records = Volumes.filter(({ Name }) => Name.startsWith(`astern_${environment}_`))
  await Promise.all(records.map(({ Name }) => docker.getVolume(Name).remove()))
}

function tarOf(root: string): Buffer {
  return execFileSync('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], { maxBuffer: 1024 * 1024 * 1024 })
}
