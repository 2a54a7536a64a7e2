import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importNode, layNode } from '../engines/node-images.ts'
import { eventsSince } from '../engines/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { filesOf, linesIn, makeDatabase, moveNotes, usual } from './program-stage.ts'
import { cli, endEngines, finished, isEngine, runsOf, stateOf, until, untilRun } from './support.ts'

const step = `main.down.${moveNotes}`
const password = randomBytes(12).toString('base64url')
let engine: TestEngine
let server: MariaDb
let root: Connection
let directory: string
let home: string
let env: Readonly<Record<string, string>>

describeWithEngines('a migration of Knex whose release is a container', () => {
  beforeAll(async () => {
    engine = await openEngine()
    server = await startMariaDb(['--bind-address=0.0.0.0'])
    root = await server.root()
    await makeDatabase(root, password)
    directory = mkdtempSync(join(tmpdir(), 'astern-programs-'))
    home = join(directory, 'home')
    mkdirSync(join(directory, 'signals'))
    env = { ASTERN_DB_PASSWORD: password, ASTERN_DB_URL: urlOf(`astern:${password}`), ASTERN_HOME: home }
    writeFileSync(join(directory, 'astern.yaml'), stringify(manifest()))
    await importNode(engine.docker)
    await deploy('1.2.2', [])
    const recorded = await finished(start(['record', '--version', '1.2.2']))
    expect([recorded.code, recorded.stderr]).toEqual([0, ''])
    await deploy('1.3.0', usual)
    await root.query("INSERT INTO shop.customers VALUES (1, 'ana'), (2, 'ben')")
    await root.query("INSERT INTO shop.orders VALUES (1, 1, 'ring twice'), (2, 2, NULL)")
  })
  afterAll(async () => {
    await endEngines(home)
    await root?.end()
    await server?.remove()
    await engine?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('runs once in a container of its own from that digest, outlives its engine, is looked at and removed', async () => {
    const since = Date.now() / 1000
    const before = await sums()
    hold()
    const ended = finished(start(await rollbackArgs()))
    await until(() => begun() === 1, 'the program is at work')
    const run = await untilRun(home, ({ engine: own }) => own !== null, 'a run')
    const pid = stateOf(run).engine?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    await until(() => !isEngine(pid), 'the engine has ended')
    await ended

    const [id = ''] = await programs()
    const { Name, Image, Config, HostConfig, NetworkSettings } = await engine.docker.getContainer(id).inspect()
    const bad = (await engine.docker.getImage('shop/api:1.3.0').inspect()).Id
    const ofRun = run.split('/').at(-1) ?? ''
    expect({
      image: Image,
      entry: Config.Entrypoint,
      argv: Config.Cmd,
      labels: Object.fromEntries(Object.entries(Config.Labels).filter(([name]) => name.includes('astern'))),
      ports: [HostConfig.PortBindings, HostConfig.PublishAllPorts, NetworkSettings.Ports],
      restart: HostConfig.RestartPolicy?.Name,
      networks: Object.keys(NetworkSettings.Networks),
      aliases: NetworkSettings.Networks['shop']?.Aliases?.filter((alias: string) => !id.startsWith(alias)) ?? [],
      environment: Config.Env.filter(entry => /^(MODE|DATABASE_URL)=/.test(entry)).sort(),
    }).toEqual({
      image: bad,
      entry: ['npx'],
      argv: ['--no-install', 'knex', 'migrate:down', moveNotes],
      labels: {
        'com.github.astern.program.environment': 'shop',
        'com.github.astern.program.run': ofRun,
        'com.github.astern.program.step': step,
      },
      ports: [{}, false, {}],
      restart: 'no',
      networks: ['shop'],
      aliases: [],
      environment: [`DATABASE_URL=${env['ASTERN_DB_URL'] ?? ''}`, 'MODE=production'],
    })
    expect(Name).toMatch(/^\/astern_shop_program_/)

    const going = finished(start(['attach', ofRun, '--headless']))
    await untilRun(home, ({ steps }) => steps[step]?.status === 'unknown', 'it is looked at')
    release()
    expect(await going).toMatchObject({ code: 0, stderr: '' })
    expect(stateOf(run).steps[step]).toMatchObject({ status: 'already', attempt: 1 })
    expect(stateOf(run).steps[step]?.says).toMatch(/; its program ended with 0: going back as .*\*\*\*/)
    expect([begun(), await programs(), await columns()]).toEqual([1, [], ['id', 'customer']])
    const events = await eventsSince(engine.docker, since, { type: ['container'], event: ['start'] })
    expect(events.filter(({ Actor }) => (Actor.Attributes['name'] ?? '').includes('_program_'))).toHaveLength(1)
    expect(everythingIn(run)).not.toContain(password)

    const undone = await undo(ofRun)
    expect([undone.code, undone.stderr]).toEqual([0, ''])
    expect([await sums(), await programs(), await columns()]).toEqual([before, [], ['id', 'customer', 'note']])
  })
}, ['mariadbd'])

function urlOf(account: string): string {
  return `mysql://${account}@${engine.address.replace(/\d+$/, '1')}:${server.port}/shop`
}

/** Stands for npx, which an image of Node has: its program comes out of node_modules, which is mounted. */
const npx = `#!/bin/node
process.argv.splice(1, 3, '/app/node_modules/knex/bin/cli.js')
require(process.argv[1])
`

/** Migrated by its own container, and then in the place of the one before. */
async function deploy(release: string, down: readonly string[]): Promise<void> {
  const { docker } = engine
  const app = Object.entries(filesOf('/signals', down)).map(([path, text]) => [`app/${path}`, text] as const)
  const image = `shop/api:${release}`
  await layNode(docker, image, { ...Object.fromEntries(app), 'bin/npx': npx }, [
    'WORKDIR /app',
    'CMD ["/bin/node", "server.mjs"]',
  ])
  if (release === '1.2.2') await docker.createNetwork({ Name: 'shop' })
  const mounts = [
    `${resolve(import.meta.dirname, '../../node_modules')}:/app/node_modules:ro`,
    `${directory}/signals:/signals`,
  ]
  const migration = await docker.createContainer({
    Image: image,
    Entrypoint: ['npx'],
    Cmd: ['--no-install', 'knex', 'migrate:latest'],
    Env: [`DATABASE_URL=${urlOf('shop')}`],
    HostConfig: { Binds: mounts, NetworkMode: 'shop' },
  })
  await migration.start()
  const { StatusCode: code } = (await migration.wait()) as { StatusCode: number }
  if (code !== 0) throw new Error(String(await migration.logs({ stdout: true, stderr: true })))
  await migration.remove()
  await docker
    .getContainer('shop-api-1')
    .remove({ force: true })
    .catch(() => {})
  const container = await docker.createContainer({
    name: 'shop-api-1',
    Image: image,
    Env: [`DATABASE_URL=${urlOf('shop')}`, 'PORT=8080', 'HOST=0.0.0.0', 'MODE=production'],
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: {
      Binds: mounts,
      NetworkMode: 'shop',
      PortBindings: { '8080/tcp': [{ HostPort: '8081' }] },
      RestartPolicy: { Name: 'unless-stopped' },
    },
    NetworkingConfig: { EndpointsConfig: { shop: { Aliases: ['api'] } } },
  })
  await container.start()
}

function manifest(): object {
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'web-1': { docker: `unix://${engine.socket}`, address: engine.address } },
    services: {
      api: {
        hosts: ['web-1'],
        container: 'shop-api-1',
        depends_on: ['main'],
        stop: { grace: '1s' },
        health: { http: 'http://{host}:8081/' },
      },
    },
    databases: {
      main: {
        mysql: {
          host: '127.0.0.1',
          port: server.port,
          user: 'astern',
          password: 'env:ASTERN_DB_PASSWORD',
          database: 'shop',
        },
        writers: { accounts: ['shop@%'] },
        migrations: {
          tool: 'knex',
          from: { service: 'api', path: '/app/migrations' },
          command: { env: { DATABASE_URL: 'env:ASTERN_DB_URL' } },
        },
      },
    },
    checks: [
      {
        name: 'api answers',
        group: 'critical',
        http: { url: `http://${engine.address}:8081/` },
        assert: [{ status: 200 }],
        attempts: 3,
        interval: '300ms',
      },
    ],
    notify: { log: { file: join(directory, 'incidents.ndjson') } },
    timing: { probe_interval: '50ms', stable: '200ms', watch: '0ms', health_deadline: '30s', probe_timeout: '10s' },
  }
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...args, '--config', join(directory, 'astern.yaml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: { ...process.env, ...env },
  })
}

async function rollbackArgs(): Promise<readonly string[]> {
  const planned = await finished(start(['plan', '--json']))
  const { hash, plan } = JSON.parse(planned.stdout) as { hash: string; plan: Plan }
  expect(plan.blockers).toEqual([])
  return ['rollback', '--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash]
}

async function undo(run: string) {
  const args = ['undo', run, '--headless', '--confirm', 'shop', '--confirm', 'main']
  const held = await finished(start(args))
  if (held.code !== 4) return held
  const last = runsOf(home).at(-1) ?? ''
  const hash = stateOf(last).plan?.hash ?? ''
  await finished(start(['stop', last.split('/').at(-1) ?? '', '--reason', 'to approve it by its hash']))
  return finished(start([...args, '--confirm-plan', hash]))
}

/** Ids of containers that programs run in. */
async function programs(): Promise<readonly string[]> {
  const filters = { label: ['com.github.astern.program.environment=shop'] }
  return (await engine.docker.listContainers({ all: true, filters })).map(({ Id }) => Id)
}

async function sums(): Promise<unknown> {
  return (await root.query('CHECKSUM TABLE shop.customers, shop.orders EXTENDED'))[0]
}

async function columns(): Promise<readonly string[]> {
  const [rows] = await root.query('SHOW COLUMNS FROM shop.orders')
  return (rows as { Field: string }[]).map(({ Field }) => Field)
}

function begun(): number {
  return linesIn(join(directory, 'signals', 'begun'))
}

function hold(): void {
  writeFileSync(join(directory, 'signals', 'hold'), '')
}

function release(): void {
  rmSync(join(directory, 'signals', 'hold'))
}

function everythingIn(run: string): string {
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return files.map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}
