import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import type Docker from 'dockerode'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { openRegistry, type TestRegistry } from '../engines/registry.ts'
import { eventsSince, removeAll, type DockerEvent } from '../engines/shop.ts'
import { cli, endEngines, finished, type Ran } from './support.ts'

/** Two Docker hosts that run api out of a registry with a password, and the built program with a home of its own. */
export type DockerStage = {
  readonly hosts: Readonly<Record<'web-1' | 'web-2', TestEngine>>
  readonly registry: TestRegistry
  /** `registry/shop/api` */
  readonly repository: string
  readonly artifacts: string
  /** How the registry knows the good release: `repository@sha256:...` */
  readonly goodReference: string
  readonly home: () => string
  readonly astern: (args: readonly string[], password?: string, env?: Readonly<Record<string, string>>) => Promise<Ran>
  /** Both hosts run the good release, it is recorded with these options, and then both run the bad one. */
  readonly prepare: (
    record?: readonly string[],
    env?: readonly string[],
  ) => Promise<{ readonly good: string; readonly bad: string }>
  readonly events: () => Promise<readonly (DockerEvent & { readonly host: string })[]>
  readonly close: () => Promise<void>
}

/** `more`: further keys of api in the manifest. */
export async function openDockerStage(more: object = {}): Promise<DockerStage> {
  const registry = await openRegistry()
  const hosts = { 'web-1': await openEngine(registry.flags), 'web-2': await openEngine(registry.flags) }
  const directory = mkdtempSync(join(tmpdir(), 'astern-docker-stage-'))
  const artifacts = join(directory, 'artifacts')
  const repository = `${registry.address}/shop/api`
  const now = { home: '', since: 0 }
  const engines = Object.entries(hosts)
  const manifest = join(directory, 'astern.yaml')
  writeFileSync(manifest, manifestFor(hosts, more))
  const ids = await published(registry, hosts['web-1'].docker)
  const stage: DockerStage = {
    hosts,
    registry,
    repository,
    artifacts,
    goodReference: ids.reference,
    home: () => now.home,
    astern: (args, password = registry.account.password, more = {}) =>
      finished(
        spawn(process.execPath, [cli, ...args, '--config', manifest], {
          stdio: ['ignore', 'pipe', 'pipe'],
          cwd: '/',
          env: { ...process.env, ASTERN_HOME: now.home, DOCKER_CONFIG: registry.clientConfig(password), ...more },
        }),
      ),
    prepare: async (record = [], env) => {
      await endEngines(now.home)
      now.home = mkdtempSync(join(directory, 'home-'))
      rmSync(artifacts, { recursive: true, force: true })
      for (const [, { docker }] of engines) {
        await removeAll(docker)
        for (const version of ['1.2.2', '1.3.0']) await pull(docker, registry, `${repository}:${version}`)
        await runApi(docker, `${repository}:1.2.2`, env)
      }
      const recorded = await stage.astern(['record', '--version', '1.2.2', ...record])
      if (recorded.code !== 0) throw new Error(recorded.stderr)
      for (const [, { docker }] of engines) {
        await docker.getContainer('shop-api-1').remove({ force: true })
        await runApi(docker, `${repository}:1.3.0`, env)
      }
      now.since = (Date.now() + 2) / 1000
      return ids
    },
    events: async () => {
      const all = await Promise.all(
        engines.map(async ([host, { docker }]) =>
          (await eventsSince(docker, now.since)).map(event => ({ ...event, host })),
        ),
      )
      return all.flat().sort((a, b) => a.timeNano - b.timeNano)
    },
    close: async () => {
      await endEngines(now.home)
      await Promise.all(engines.map(([, engine]) => engine.close()))
      await registry.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return stage
}

async function published(registry: TestRegistry, docker: Docker) {
  const publish = async (version: string): Promise<{ readonly id: string; readonly reference: string }> => {
    const id = await importImage(docker, { name: `made/api:${version}` })
    const reference = await registry.push(docker, id, `shop/api:${version}`)
    await docker.getImage(`made/api:${version}`).remove()
    return { id, reference }
  }
  const [good, bad] = [await publish('1.2.2'), await publish('1.3.0')]
  return { good: good.id, bad: bad.id, reference: good.reference }
}

async function pull(docker: Docker, { account, address }: TestRegistry, name: string): Promise<void> {
  const stream = await docker.pull(name, { authconfig: { ...account, serveraddress: address } })
  let said = ''
  for await (const chunk of stream) said += String(chunk)
  await docker
    .getImage(name)
    .inspect()
    .catch(() => Promise.reject(new Error(said)))
}

export async function runApi(
  docker: Docker,
  image: string,
  env: readonly string[] = ['MODE=hush-hush-1'],
): Promise<void> {
  const container = await docker.createContainer({
    name: 'shop-api-1',
    Image: image,
    Env: [...env],
    HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] }, RestartPolicy: { Name: 'unless-stopped' } },
    ExposedPorts: { '8080/tcp': {} },
  })
  await container.start()
}

function manifestFor(hosts: DockerStage['hosts'], more: object): string {
  const docker = Object.entries(hosts).map(([name, { socket, address }]) => [
    name,
    { docker: `unix://${socket}`, address },
  ])
  return JSON.stringify({
    environment: { name: 'shop', class: 'drill' },
    hosts: Object.fromEntries(docker),
    services: {
      api: {
        hosts: Object.keys(hosts),
        container: 'shop-api-1',
        ...more,
        stop: { grace: '1s' },
        health: { http: 'http://{host}:8081/healthz' },
        identity: { http: 'http://{host}:8081/version', json: '$.version' },
      },
    },
    timing: { probe_interval: '50ms', stable: '200ms', watch: '0ms', health_deadline: '30s', probe_timeout: '10s' },
    checks: Object.entries(hosts).map(([name, { address }]) => ({
      name: `api answers on ${name}`,
      group: 'critical',
      severity: 'must',
      http: { url: `http://${address}:8081/healthz` },
      assert: [{ status: 200 }],
    })),
    notify: { log: { file: 'incidents.ndjson' } },
    artifacts: 'artifacts',
  })
}
