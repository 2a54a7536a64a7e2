import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Plan } from '../../src/state/plan.ts'
import type { Rehearsal } from '../../src/state/rehearsal.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importNode, layNode } from '../engines/node-images.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { apiInContainer, putApi } from './container-api.ts'
import { cli, finished } from './support.ts'

let engine: TestEngine
let live: MariaDb
let room: MariaDb
let root: Connection
let directory: string

/** Answers once it is connected to the server that its environment names; 1.2.2 does not know what LEGACY is for. */
const server = `
const { connect } = require('node:net')
const { createServer } = require('node:http')
const url = new URL(process.env.DATABASE_URL)
const socket = connect(Number(url.port), url.hostname, () => {
  createServer((_, answer) => answer.end(JSON.stringify({ database: url.pathname }))).listen(8080)
})
socket.on('error', error => { console.error('fatal: ' + error.message); process.exit(1) })
setInterval(() => {}, 1000)
`
const asks = `fetch('http://127.0.0.1:8080/').then(answer => answer.json()).then(({ database }) => {
  if (!database.startsWith('/_astern_rehearsal_')) { console.error('it is at ' + database); process.exit(1) }
})`

describeWithEngines('a rehearsal whose target is a container', () => {
  beforeAll(async () => {
    engine = await openEngine()
    live = await startMariaDb(['--bind-address=0.0.0.0'])
    room = await startMariaDb(['--bind-address=0.0.0.0'])
    root = await live.root()
    for (const sql of [
      'CREATE DATABASE shop CHARACTER SET utf8mb4',
      "CREATE USER shop@'%'",
      "GRANT ALL ON shop.* TO shop@'%'",
      "CREATE USER astern@'%'",
      "GRANT ALL ON shop.* TO astern@'%'",
      "GRANT SELECT ON mysql.* TO astern@'%'",
      "GRANT CREATE USER, PROCESS, CONNECTION ADMIN, REPLICA MONITOR ON *.* TO astern@'%'",
      'USE shop',
      'CREATE TABLE orders (id INT PRIMARY KEY, note TEXT)',
      "INSERT INTO orders VALUES (1, 'ring twice')",
      'CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY)',
      "INSERT INTO schema_migrations VALUES ('1')",
    ])
      await root.query(sql)
    const there = await room.root()
    await there.query("CREATE USER rehearsal@'%'")
    await there.query("GRANT ALL ON `\\_astern\\_rehearsal\\_%`.* TO rehearsal@'%'")
    await there.end()
    directory = mkdtempSync(join(tmpdir(), 'astern-rehearsal-'))
    mkdirSync(join(directory, 'scripts'))
    writeFileSync(join(directory, 'scripts/1_a.sql'), '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n')
    writeFileSync(join(directory, 'astern.yaml'), stringify(manifest()))
    await importNode(engine.docker)
    await engine.docker.createNetwork({ Name: 'shop' })
    await deploy('1.2.2')
    const recorded = await astern(['record', '--version', '1.2.2'])
    expect([recorded.code, recorded.stderr]).toEqual([0, ''])
    await deploy('1.3.0')
    writeFileSync(
      join(directory, 'scripts/2_b.sql'),
      '-- migrate:up\nCREATE TABLE gifts (id INT PRIMARY KEY);\n-- migrate:down\nDROP TABLE gifts;\n',
    )
    await root.query('CREATE TABLE shop.gifts (id INT PRIMARY KEY)')
    await root.query("INSERT INTO shop.schema_migrations VALUES ('2')")
  })
  afterAll(async () => {
    await root?.end()
    await live?.remove()
    await room?.remove()
    await engine?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('that is killed leaves a container with nothing of the one that serves, and the next removes it', async () => {
    const killed = await astern(['rehearse'], { ASTERN_CRASH_AT: 'after-intent:rehearsal.room.ask.api' })
    expect(killed.code).not.toBe(0)
    const [id = '', ...more] = await inRooms()
    expect(more).toEqual([])
    const { Config, HostConfig, Mounts, NetworkSettings, Image } = await engine.docker.getContainer(id).inspect()
    const [network = '', ...others] = Object.keys(NetworkSettings.Networks)
    expect({
      image: Image,
      env: Config.Env.filter(entry => !entry.startsWith('PATH=')).map(entry =>
        entry.replace(/rehearsal_\w+$/, 'rehearsal_X'),
      ),
      labels: Object.keys(Config.Labels).filter(name => !name.startsWith('org.')),
      argv: [Config.Entrypoint, Config.Cmd],
      others,
      own: network.startsWith('astern_shop_room_'),
      aliases: NetworkSettings.Networks[network]?.Aliases?.filter((alias: string) => !id.startsWith(alias)),
      ports: [HostConfig.PortBindings ?? {}, NetworkSettings.Ports],
      restart: HostConfig.RestartPolicy?.Name,
      Mounts,
    }).toEqual({
      image: (await engine.docker.getImage('shop/api:1.2.2').inspect()).Id,
      env: [`DATABASE_URL=mysql://rehearsal@${gateway()}:${room.port}/_astern_rehearsal_X`],
      labels: ['', '.environment', '.maker', '.on'].map(name => `com.github.astern.room${name}`),
      argv: [null, ['/bin/node', 'server.cjs']],
      others: [],
      own: true,
      aliases: ['api'],
      ports: [{}, {}],
      restart: 'no',
      Mounts: [],
    })
    const ran = await astern(['rehearse', '--json'])
    const { rehearsal } = JSON.parse(ran.stdout) as { rehearsal: Rehearsal }
    expect([ran.code, ran.stderr, rehearsal.release]).toEqual([
      0,
      '',
      { verdict: 'passed', started: ['api'], checks: 1, failed: [] },
    ])
    expect([await inRooms(), await roomNetworks()]).toEqual([[], []])
  })

  test('shows on any bastion that services may go first', async () => {
    const planned = await astern(['plan', '--json'], { ASTERN_HOME: join(directory, 'another-home') })
    const { plan } = JSON.parse(planned.stdout) as { plan: Plan }
    expect([plan.order, plan.compatibility]).toEqual(['services first', 'rehearsed compatible'])
  })

  test('whose environment leads nowhere is evidence of the room, and not of the target', async () => {
    const wrong = manifest('mysql://rehearsal@127.0.0.1:1/{database}')
    writeFileSync(join(directory, 'wrong.yaml'), stringify(wrong))
    const ran = await astern(['rehearse', '--json', '--config', join(directory, 'wrong.yaml')])
    const { rehearsal } = JSON.parse(ran.stdout) as { rehearsal: Rehearsal }
    expect(rehearsal.release).toMatchObject({ verdict: 'inconclusive', started: [] })
    expect(rehearsal.release?.failed[0]).toMatch(/^api 1\.2\.2 does not start on the clone: it ended \(1\): fatal: /)
    expect([await inRooms(), await roomNetworks()]).toEqual([[], []])
  })
})

async function inRooms(): Promise<readonly string[]> {
  const filters = { label: ['com.github.astern.room.environment=shop'] }
  return (await engine.docker.listContainers({ all: true, filters })).map(({ Id }) => Id)
}

async function roomNetworks(): Promise<readonly string[]> {
  const all = await engine.docker.listNetworks()
  return all.map(({ Name }) => Name).filter(name => name.includes('_room_'))
}

function gateway(): string {
  return engine.address.replace(/\d+$/, '1')
}

async function deploy(release: string): Promise<void> {
  const { docker } = engine
  const changes = [
    'WORKDIR /app',
    'CMD ["/bin/node", "server.cjs"]',
    `LABEL org.opencontainers.image.version=${release}`,
  ]
  await layNode(
    docker,
    `shop/api:${release}`,
    { 'app/server.cjs': server, 'app/asks.mjs': asks, 'app/v': release },
    changes,
  )
  const env = [`DATABASE_URL=mysql://shop@${gateway()}:${live.port}/shop`, 'PAYMENT_KEY=live-secret']
  await putApi(docker, { image: `shop/api:${release}`, env, mounts: [`${directory}/scripts:/data`] })
}

function manifest(url = `mysql://rehearsal@${gateway()}:${room.port}/{database}`): object {
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'web-1': { docker: `unix://${engine.socket}`, address: engine.address } },
    services: {
      api: apiInContainer,
    },
    databases: {
      main: {
        mysql: { host: '127.0.0.1', port: live.port, user: 'astern', database: 'shop' },
        writers: { accounts: ['shop@%'] },
        rehearsal: { mysql: { host: '127.0.0.1', port: room.port, user: 'rehearsal' } },
        migrations: { tool: 'dbmate', from: { dir: join(directory, 'scripts') } },
      },
    },
    rehearsal: {
      services: { api: { env: { DATABASE_URL: url }, command: ['/bin/node', '/app/asks.mjs'] } },
    },
  }
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const config = args.includes('--config') ? [] : ['--config', join(directory, 'astern.yaml')]
  return spawn(process.execPath, [cli, ...args, ...config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: { ...process.env, ASTERN_HOME: join(directory, 'home'), ...env },
  })
}

function astern(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return finished(start(args, env))
}
