import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { eventsSince, removeAll } from '../engines/shop.ts'
import { undoAll } from './at-the-helm.ts'
import { cli, endEngines, finished, runsOf, type Ran } from './support.ts'

/** api answers on a network by its alias and holds nothing that only one can hold; a client asks it all the time. */
describeWithEngines('a service that starts first', () => {
  let engine: TestEngine
  let directory: string
  let home: string
  const serve = (more = ''): readonly string[] => [
    '/bin/busybox',
    'sh',
    '-c',
    `trap "exit 0" TERM; ${more} httpd -f -p 8080 -h /www & wait`,
  ]
  beforeAll(async () => {
    engine = await openEngine()
    directory = mkdtempSync(join(tmpdir(), 'astern-first-'))
    home = join(directory, 'home')
    writeFileSync(join(directory, 'astern.yaml'), JSON.stringify(manifest(engine)))
    await importImage(engine.docker, { name: 'shop/api:1.3.0', command: serve() })
  })
  beforeEach(async () => {
    await endEngines(home)
    rmSync(home, { recursive: true, force: true })
    await removeAll(engine.docker)
    const networks = await engine.docker.listNetworks({ filters: { name: ['shop'] } })
    if (networks.length === 0) await engine.docker.createNetwork({ Name: 'shop' })
  })
  afterAll(async () => {
    await endEngines(home)
    await engine?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('runs beside what it replaces until it is healthy; one that asks all the time, and again for a moment when it has to, is never without an answer', async () => {
    await importImage(engine.docker, { name: 'shop/api:1.2.2', command: serve() })
    await prepare()
    const client = await engine.docker.createContainer({
      Image: 'shop/api:1.3.0',
      Cmd: [
        '/bin/busybox',
        'sh',
        '-c',
        // Docker's names lead to what has just ended, too, until its network is taken down: more asks than would meet that by chance.
        'ask() { wget -q -O - http://api:8080/version && echo; }; again() { for n in 1 2 3 4 5 6 7 8 9 10; do ask && return; usleep 100000; done; echo LOST; }; while true; do again; usleep 20000; done',
      ],
      HostConfig: { NetworkMode: 'shop' },
    })
    await client.start()
    const since = Date.now() / 1000
    const ran = await astern('rollback', '--headless', '--confirm', 'shop')
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    const said = (await client.logs({ stdout: true, stderr: false })).toString()
    expect(said).toContain('1.2.2')
    expect(said).not.toContain('LOST')
    const events = (await eventsSince(engine.docker, since, { type: ['container'], event: ['start', 'die'] })).filter(
      ({ Actor }) => Actor.Attributes['name']?.startsWith('shop-api-1') === true,
    )
    expect(events.map(({ Action, Actor }) => `${Action} ${Actor.Attributes['image']}`)).toEqual([
      'start shop/api:1.2.2',
      'die shop/api:1.3.0',
    ])
    const { HostConfig, Config } = await engine.docker.getContainer('shop-api-1').inspect()
    expect([Config.Image, HostConfig.RestartPolicy?.Name]).toEqual(['shop/api:1.2.2', 'unless-stopped'])
  })

  test('that does not come up leaves what it was to replace alone, and undoing takes it away again', async () => {
    await importImage(engine.docker, {
      name: 'shop/api:1.2.2',
      command: ['/bin/busybox', 'sh', '-c', 'sleep 1; exit 3'],
    })
    await prepare()
    const before = (await engine.docker.getContainer('shop-api-1').inspect()).State
    const ran = await astern('rollback', '--headless', '--confirm', 'shop')
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([4, expect.stringContaining('does not run: it ended')])
    const [run = ''] = runsOf(home)
    await undoAll(run, 'shop')
    const there = await engine.docker.listContainers({ all: true })
    const own = there.filter(({ Names }) => Names[0]?.startsWith('/shop-api-1') === true)
    expect(own.map(({ Names, Image, State }) => [Names[0], Image, State])).toEqual([
      ['/shop-api-1', 'shop/api:1.3.0', 'running'],
    ])
    expect((await engine.docker.getContainer('shop-api-1').inspect()).State.StartedAt).toBe(before.StartedAt)
  })

  /** The good release recorded while it ran, the bad one in its place. */
  async function prepare(): Promise<void> {
    await run('1.2.2')
    const recorded = await astern('record', '--version', '1.2.2')
    expect([recorded.code, recorded.stderr]).toEqual([0, expect.any(String)])
    await engine.docker.getContainer('shop-api-1').remove({ force: true })
    await run('1.3.0')
  }

  async function run(release: string): Promise<void> {
    const container = await engine.docker.createContainer({
      name: 'shop-api-1',
      Image: `shop/api:${release}`,
      Healthcheck: {
        Test: ['CMD', '/bin/busybox', 'wget', '-qO-', 'http://127.0.0.1:8080/healthz'],
        Interval: 200_000_000,
        Retries: 1,
      },
      HostConfig: { NetworkMode: 'shop', RestartPolicy: { Name: 'unless-stopped' } },
      NetworkingConfig: { EndpointsConfig: { shop: { Aliases: ['api'] } } },
    })
    await container.start()
  }

  function spawnAstern(...args: readonly string[]) {
    return spawn(process.execPath, [cli, ...args, '--config', join(directory, 'astern.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { ...process.env, ASTERN_HOME: home },
    })
  }

  function astern(...args: readonly string[]): Promise<Ran> {
    return finished(spawnAstern(...args))
  }
})

function manifest({ socket, address }: TestEngine) {
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'web-1': { docker: `unix://${socket}`, address } },
    services: {
      api: {
        hosts: ['web-1'],
        container: 'shop-api-1',
        stop: { grace: '2s' },
        traffic: { start_first: true, drain: { wait: '500ms' } },
      },
    },
    checks: [{ name: 'there is a world', command: ['true'], assert: [{ exit: 0 }] }],
    notify: { log: { file: 'log.ndjson' } },
    timing: {
      health_deadline: '30s',
      probe_interval: '100ms',
      probe_timeout: '5s',
      consecutive: 2,
      stable: '500ms',
      watch: '200ms',
    },
  }
}
