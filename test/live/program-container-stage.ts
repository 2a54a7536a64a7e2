import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { stringify } from 'yaml'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importNode, layNode } from '../engines/node-images.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { apiInContainer, putApi } from './container-api.ts'
import { filesOf, linesIn, makeDatabase, shopOn, usual } from './program-stage.ts'
import { cli, endEngines, finished } from './support.ts'

/** A service in a container whose migrations are Knex's: 1.2.2 was recorded, and 1.3.0 runs, with one migration more. */
export type ContainerStage = {
  readonly engine: TestEngine
  readonly server: MariaDb
  readonly root: Connection
  readonly home: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  readonly start: (args: readonly string[]) => ChildProcess
  readonly begun: () => number
  /** While it holds, the way down waits in its middle. */
  readonly hold: () => void
  readonly goOn: () => void
  /** Ids of containers that programs run in. */
  readonly programs: () => Promise<readonly string[]>
  readonly columns: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

export type ContainerStageOptions = {
  readonly password: string
  /** Besides the database's address: of the program, by reference, and what the references lead to. */
  readonly program?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly down?: readonly string[]
  /** The Engine, as the manifest names it; otherwise its socket. */
  readonly host?: (engine: TestEngine) => Promise<object>
  /** Before anything of the shop is made: others that replicate from the server. */
  readonly replicas?: (server: MariaDb) => Promise<readonly object[]>
}

export async function openContainerStage(options: ContainerStageOptions): Promise<ContainerStage> {
  const { password, down = usual } = options
  const engine = await openEngine()
  const server = await startMariaDb(['--bind-address=0.0.0.0'])
  const replicas = (await options.replicas?.(server)) ?? []
  const root = await server.root()
  await makeDatabase(root, password)
  const directory = mkdtempSync(join(tmpdir(), 'astern-programs-'))
  const home = join(directory, 'home')
  mkdirSync(join(directory, 'signals'))
  const urlOf = (account: string): string =>
    `mysql://${account}@${engine.address.replace(/\d+$/, '1')}:${server.port}/shop`
  const env = {
    ASTERN_DB_PASSWORD: password,
    ASTERN_DB_URL: urlOf(`astern:${encodeURIComponent(password)}`),
    ASTERN_HOME: home,
    ...options.env,
  }
  const host = (await options.host?.(engine)) ?? { docker: `unix://${engine.socket}` }
  const written = manifestFor({ engine, server, directory, host, replicas, program: options.program ?? {} })
  writeFileSync(join(directory, 'astern.yaml'), stringify(written))
  const start: ContainerStage['start'] = args =>
    spawn(process.execPath, [cli, ...args, '--config', join(directory, 'astern.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { ...process.env, ...env },
    })
  await importNode(engine.docker)
  const there = { engine, directory, url: urlOf('shop') }
  await deploy(there, '1.2.2', [])
  const recorded = await finished(start(['record', '--version', '1.2.2']))
  if (recorded.code !== 0) throw new Error(recorded.stderr)
  await deploy(there, '1.3.0', down)
  await root.query("INSERT INTO shop.customers VALUES (1, 'ana'), (2, 'ben')")
  await root.query("INSERT INTO shop.orders VALUES (1, 1, 'ring twice'), (2, 2, NULL)")
  const held = join(directory, 'signals', 'hold')
  return {
    engine,
    server,
    root,
    home,
    directory,
    env,
    start,
    begun: () => linesIn(join(directory, 'signals', 'begun')),
    hold: () => writeFileSync(held, ''),
    goOn: () => rmSync(held, { force: true }),
    programs: async () => {
      const filters = { label: ['com.github.astern.program.environment=shop'] }
      return (await engine.docker.listContainers({ all: true, filters })).map(({ Id }) => Id)
    },
    columns: async () => {
      const [rows] = await root.query('SHOW COLUMNS FROM shop.orders')
      return (rows as { Field: string }[]).map(({ Field }) => Field)
    },
    close: async () => {
      await endEngines(home)
      await root.end()
      await server.remove()
      await engine.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Stands for npx, which an image of Node has: its program comes out of node_modules, which is mounted. */
export const npx = `#!/bin/node
process.argv.splice(1, 3, '/app/node_modules/knex/bin/cli.js')
require(process.argv[1])
`

type There = { readonly engine: TestEngine; readonly directory: string; readonly url: string }

/** Migrated by its own container, and then in the place of the one before. */
async function deploy({ engine, directory, url }: There, release: string, down: readonly string[]): Promise<void> {
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
    Env: [`DATABASE_URL=${url}`],
    HostConfig: { Binds: mounts, NetworkMode: 'shop' },
  })
  await migration.start()
  const { StatusCode: code } = (await migration.wait()) as { StatusCode: number }
  if (code !== 0) throw new Error(String(await migration.logs({ stdout: true, stderr: true })))
  await migration.remove()
  const env = [`DATABASE_URL=${url}`, 'PORT=8080', 'HOST=0.0.0.0', 'MODE=production']
  await putApi(docker, { image, env, mounts })
}

type Written = Pick<ContainerStage, 'engine' | 'server' | 'directory'> & {
  readonly host: object
  readonly replicas: readonly object[]
  readonly program: Readonly<Record<string, string>>
}

function manifestFor({ engine, server, directory, host, replicas, program }: Written): object {
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'web-1': { ...host, address: engine.address } },
    services: {
      api: apiInContainer,
    },
    databases: {
      main: {
        ...shopOn(server),
        ...(replicas.length === 0 ? {} : { replicas }),
        migrations: {
          tool: 'knex',
          from: { service: 'api', path: '/app/migrations' },
          command: { env: { DATABASE_URL: 'env:ASTERN_DB_URL', ...program } },
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
