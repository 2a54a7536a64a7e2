import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cli, endEngines, finished, type Ran, type RunOptions } from '../live/support.ts'
import { openEngine, type TestEngine } from './engine.ts'
import { eventsSince, type DockerEvent } from './shop.ts'
import { importImage } from './images.ts'

export type FleetService = {
  readonly hosts: readonly string[]
  readonly dependsOn?: readonly string[]
  readonly kind?: 'web' | 'worker'
  /** Seconds from its start until it answers. */
  readonly slow?: number
  readonly maxParallel?: number
  /** Further keys of the service in its manifest. */
  readonly more?: object
}

/** Services on several Engines, the good release recorded, the bad one running, and the built program to go back with. */
export type Fleet = {
  readonly engines: Readonly<Record<string, TestEngine>>
  readonly home: string
  readonly manifestFile: string
  /** Image id by release. */
  readonly digests: Readonly<Record<string, string>>
  readonly port: (service: string) => number
  readonly astern: (args: readonly string[], options?: FleetRun) => Promise<Ran>
  readonly start: (args: readonly string[], options?: FleetRun) => ChildProcess
  readonly ended: (child: ChildProcess) => Promise<Ran>
  /** The whole rollback, headless, with the hash of the plan it will propose. */
  readonly rollbackArgs: (options?: readonly string[]) => Promise<readonly string[]>
  /** Seconds; every container that runs has been said to start before it. To be asked soon: an Engine keeps 256 events. */
  readonly quiet: () => Promise<number>
  /** What the Engines say happened to containers. `since`: seconds. */
  readonly containerEvents: (since: number) => Promise<readonly DockerEvent[]>
  /** As a person would once both bastions are gone: the record without its lock. */
  readonly forgetLocks: () => Promise<void>
  /** Every container anew, in this release. */
  readonly deploy: (release: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** `namespace`: the network the program runs in. */
export type FleetRun = RunOptions & { readonly namespace?: string }

const releases = { good: '1.2.2', bad: '1.3.0' } as const
/** Answers when it is warm, ends at once when it is told to. */
const program = 'trap "exit 0" TERM; sleep "${WARM_UP:-0}"; httpd -f -p 8080 -h /www & wait'

export async function openFleet(
  hosts: readonly string[],
  services: Readonly<Record<string, FleetService>>,
  over: 'unix' | 'tcp' = 'unix',
): Promise<Fleet> {
  const opened = await Promise.all(hosts.map(async host => [host, await openEngine()] as const))
  const engines = Object.fromEntries(opened)
  const directory = mkdtempSync(join(tmpdir(), 'astern-fleet-'))
  const home = join(directory, 'home')
  const manifestFile = join(directory, 'astern.yaml')
  const names = Object.keys(services)
  const port = (service: string): number => 8100 + names.indexOf(service)
  writeFileSync(manifestFile, JSON.stringify(manifestOf(engines, services, port, over), null, 2))
  const began = Date.now() / 1000
  const digests: Record<string, string> = {}
  for (const { docker } of Object.values(engines))
    for (const release of Object.values(releases))
      digests[release] = await importImage(docker, {
        name: `shop/service:${release}`,
        command: ['/bin/busybox', 'sh', '-c', program],
      })
  const start: Fleet['start'] = (args, { env = {}, home: other = home, uid, namespace } = {}) => {
    const inside = namespace === undefined ? [] : ['nsenter', `--net=/var/run/netns/${namespace}`]
    const account = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
    const [file, ...rest] = [...inside, ...account, process.execPath, cli, ...args, '--config', manifestFile]
    return spawn(file, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { ...process.env, ASTERN_HOME: other, ...env },
    })
  }
  const astern: Fleet['astern'] = (args, options) => finished(start(args, options))
  await deploy(engines, services, port, releases.good)
  const recorded = await astern(['record', '--version', releases.good])
  if (recorded.code !== 0) throw new Error(`record: ${recorded.stderr}`)
  await deploy(engines, services, port, releases.bad)
  return {
    engines,
    home,
    manifestFile,
    digests,
    port,
    astern,
    start,
    ended: finished,
    deploy: release => deploy(engines, services, port, release),
    rollbackArgs: async (options = []) => {
      const planned = await astern(['plan', '--json', ...options])
      if (planned.code !== 0) throw new Error(`plan: ${planned.stdout} ${planned.stderr}`)
      const { hash } = JSON.parse(planned.stdout) as { hash: string }
      return ['rollback', '--headless', '--confirm', 'shop', '--confirm-plan', hash, ...options]
    },
    quiet: async () => {
      const lasts = await Promise.all(Object.values(engines).map(({ docker }) => lastStart(docker, began)))
      return Math.max(...lasts) + 1e-6
    },
    containerEvents: async since => {
      const all = await Promise.all(
        Object.values(engines).map(({ docker }) => eventsSince(docker, since, { type: ['container'] })),
      )
      return all.flat()
    },
    forgetLocks: async () => {
      for (const { docker } of Object.values(engines)) {
        const { Volumes } = await docker.listVolumes()
        const held = Volumes.filter(({ Labels }) => Labels['com.github.astern.record']?.includes('"lock":{') === true)
        for (const { Name } of held) await docker.getVolume(Name).remove()
      }
    },
    close: async () => {
      await endEngines(home)
      await Promise.all(Object.values(engines).map(engine => engine.close()))
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** An Engine answers a start before it says so to those who listen. */
async function lastStart(docker: TestEngine['docker'], began: number): Promise<number> {
  for (;;) {
    const running = await docker.listContainers()
    const events = await eventsSince(docker, began, { type: ['container'], event: ['start'] })
    if (running.every(({ Id }) => events.some(({ Actor }) => Actor.ID === Id)))
      return Math.max(began, ...events.map(({ timeNano }) => timeNano / 1e9))
  }
}

/** Every service anew, in this release, the way a deployment would. */
async function deploy(
  engines: Fleet['engines'],
  services: Readonly<Record<string, FleetService>>,
  port: (service: string) => number,
  release: string,
): Promise<void> {
  for (const { docker } of Object.values(engines)) await removeContainers(docker)
  const instances = Object.entries(services).flatMap(([name, service]) =>
    service.hosts.map(host => ({ name, host, service })),
  )
  await Promise.all(
    instances.map(async ({ name, host, service }) => {
      const container = await engines[host]?.docker.createContainer({
        name: `shop-${name}-1`,
        Image: `shop/service:${release}`,
        Env: service.slow === undefined ? [] : [`WARM_UP=${service.slow}`],
        ExposedPorts: { '8080/tcp': {} },
        HostConfig: {
          PortBindings: { '8080/tcp': [{ HostPort: String(port(name)) }] },
          RestartPolicy: { Name: 'unless-stopped' },
        },
      })
      await container?.start()
    }),
  )
}

async function removeContainers(docker: TestEngine['docker']): Promise<void> {
  const containers = await docker.listContainers({ all: true })
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true })))
}

function manifestOf(
  engines: Fleet['engines'],
  services: Readonly<Record<string, FleetService>>,
  port: (service: string) => number,
  over: 'unix' | 'tcp',
) {
  const first = Object.keys(services)[0] ?? ''
  const { hosts: [at = ''] = [] } = services[first] ?? {}
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: Object.fromEntries(
      Object.entries(engines).map(([name, { socket, address }]) => [
        name,
        over === 'unix'
          ? { docker: `unix://${socket}`, address }
          : { docker: `tcp://${address}:2375`, tls: 'none', address },
      ]),
    ),
    services: Object.fromEntries(
      Object.entries(services).map(([name, { hosts, dependsOn = [], kind = 'web', maxParallel, more = {} }]) => [
        name,
        {
          hosts,
          container: `shop-${name}-1`,
          kind,
          depends_on: dependsOn,
          ...(maxParallel === undefined ? {} : { max_parallel: maxParallel }),
          ...more,
          stop: { grace: '2s' },
          health: { http: `http://{host}:${port(name)}/healthz` },
          identity: { http: `http://{host}:${port(name)}/version`, json: '$.version' },
        },
      ]),
    ),
    checks: [
      {
        name: 'the shop answers',
        http: { url: `http://${engines[at]?.address ?? ''}:${port(first)}/version` },
        assert: [{ json: '$.version', equals: releases.good }],
        attempts: 1,
      },
    ],
    notify: { log: { file: 'log.ndjson' } },
    timing: {
      health_deadline: '60s',
      probe_interval: '100ms',
      probe_timeout: '5s',
      consecutive: 2,
      stable: '200ms',
      watch: '200ms',
      turn_back: '30m',
    },
  }
}
