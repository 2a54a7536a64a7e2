import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import type { Connection } from 'mysql2/promise'
import { stringify } from 'yaml'
import { endAllBelow, holdersOf, isHeld } from '../../demo/processes.ts'
import { freePort } from '../../src/targets/rooms/free-port.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { cli, endEngines, finished, until, type Ran } from './support.ts'

/** A service whose migrations are Knex's, on a MariaDB: 1.2.2 was recorded, and 1.3.0 runs, with one migration more. */
export type ProgramStage = {
  readonly directory: string
  readonly home: string
  readonly root: Connection
  /** Of the account that reverses. */
  readonly password: string
  readonly astern: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>
  readonly start: (args: readonly string[]) => ChildProcess
  /** Each begin of the way down, as the program itself noted it. */
  readonly begun: () => number
  /** While it is there, the way down waits in its middle. */
  readonly hold: () => void
  readonly goOn: () => void
  /** Kills whatever works in the releases. */
  readonly killPrograms: () => Promise<void>
  readonly columns: () => Promise<readonly string[]>
  readonly applied: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

export const moveNotes = '20261118000000_move_notes.js'

export type ProgramStageOptions = {
  /** Statements of the way down, each a line of its program. */
  readonly down?: readonly string[]
  /** What DATABASE_URL of the program leads to, in the place of the shop: `other` is a like of it. */
  readonly elsewhere?: string
  readonly timeout?: string
  readonly password?: string
  /** Of the program besides the address of the database, by reference, and what the references lead to. */
  readonly program?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

export async function openProgramStage(options: ProgramStageOptions = {}): Promise<ProgramStage> {
  const server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])
  const directory = mkdtempSync(join(tmpdir(), 'astern-programs-'))
  const home = join(directory, 'home')
  const password = options.password ?? randomBytes(12).toString('base64url')
  const root = await server.root()
  await makeDatabase(root, password)
  const api = apiAt(directory, await freePort(), server.port)
  const config = join(directory, 'astern.yaml')
  writeFileSync(config, stringify(manifestFor(directory, server, api.env, options)))
  const url = (database: string): string =>
    `mysql://astern:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`
  const env = {
    ASTERN_DB_PASSWORD: password,
    ASTERN_DB_URL: url(options.elsewhere ?? 'shop'),
    ASTERN_HOME: home,
    ...options.env,
  }
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(process.execPath, [cli, ...args, '--config', config], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { ...process.env, ...env, ...more },
    })
  const databases = ['shop', ...(options.elsewhere === undefined ? [] : [options.elsewhere])]
  const stage: ProgramStage = {
    directory,
    home,
    root,
    password,
    start,
    astern: (args, more) => finished(start(args, more)),
    begun: () => linesIn(join(directory, 'begun')),
    hold: () => writeFileSync(join(directory, 'hold'), ''),
    goOn: () => rmSync(join(directory, 'hold'), { force: true }),
    killPrograms: () => endAllBelow(join(directory, 'host', 'api', 'releases')),
    columns: async () => {
      const [rows] = await root.query('SHOW COLUMNS FROM shop.orders')
      return (rows as { Field: string }[]).map(({ Field }) => Field)
    },
    applied: async () => {
      const [rows] = await root.query('SELECT name FROM shop.knex_migrations ORDER BY id')
      return (rows as { name: string }[]).map(({ name }) => name)
    },
    close: async () => {
      stage.goOn()
      await endEngines(home)
      await endAllBelow(directory)
      await root.end()
      await server.remove()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  await deploy(stage, api, server, databases, '1.2.2', [])
  const recorded = await stage.astern(['record', '--version', '1.2.2'])
  if (recorded.code !== 0) throw new Error(recorded.stderr)
  await deploy(stage, api, server, databases, '1.3.0', options.down ?? usual)
  await root.query("INSERT INTO shop.customers VALUES (1, 'ana'), (2, 'ben')")
  await root.query("INSERT INTO shop.orders VALUES (1, 1, 'ring twice'), (2, 2, NULL), (3, 1, 'gift')")
  return stage
}

export const usual = ["await knex.raw('ALTER TABLE orders DROP COLUMN note')"]

type Api = { readonly base: string; readonly env: Readonly<Record<string, string>> }

function apiAt(directory: string, port: number, database: number): Api {
  const base = join(directory, 'host', 'api')
  mkdirSync(join(base, 'shared'), { recursive: true })
  return { base, env: { PORT: String(port), DATABASE_URL: `mysql://shop@127.0.0.1:${database}/shop` } }
}

/** The shop's own account, one that reverses, and a like of the database. */
export async function makeDatabase(root: Connection, password: string): Promise<void> {
  for (const sql of [
    'CREATE DATABASE shop CHARACTER SET utf8mb4',
    'CREATE DATABASE other CHARACTER SET utf8mb4',
    "CREATE USER 'shop'@'%'",
    "GRANT ALL ON shop.* TO 'shop'@'%'",
    `CREATE USER 'astern'@'%' IDENTIFIED BY '${password}'`,
    "GRANT ALL ON shop.* TO 'astern'@'%'",
    "GRANT ALL ON other.* TO 'astern'@'%'",
    "GRANT SELECT ON mysql.* TO 'astern'@'%'",
    "GRANT CREATE USER, PROCESS, CONNECTION ADMIN, REPLICA MONITOR ON *.* TO 'astern'@'%'",
  ])
    await root.query(sql)
}

/** Its files, its migrations run by Knex, and its process in the place of the one before. */
async function deploy(
  stage: Pick<ProgramStage, 'directory'>,
  { base, env }: Api,
  server: MariaDb,
  databases: readonly string[],
  release: string,
  down: readonly string[],
): Promise<void> {
  const { directory } = stage
  const at = join(base, 'releases', release)
  mkdirSync(join(at, 'migrations'), { recursive: true })
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(at, 'node_modules'))
  for (const [name, text] of Object.entries(filesOf(directory, down))) writeFileSync(join(at, name), text)
  for (const database of databases) {
    const connection = { DATABASE_URL: `mysql://root@127.0.0.1:${server.port}/${database}` }
    await execa(process.execPath, ['node_modules/.bin/knex', 'migrate:latest'], {
      cwd: at,
      env: connection,
      stdin: 'ignore',
    })
  }
  const lock = join(base, 'shared', 'run.lock')
  for (const pid of holdersOf(lock)) process.kill(pid, 'SIGTERM')
  await until(() => !isHeld(lock), 'the release before has ended')
  symlinkSync(join('releases', release), join(base, 'current.new'))
  renameSync(join(base, 'current.new'), join(base, 'current'))
  const child = spawn('flock', ['-n', '-F', lock, process.execPath, 'server.mjs'], {
    cwd: at,
    env: { PATH: process.env['PATH'], ...env, ASTERN_SERVICE: 'api', ASTERN_RELEASE: release },
    detached: true,
    stdio: 'ignore',
  })
  child.unref()
  await until(() => isHeld(lock), `${release} runs`)
}

/** Of a release. `directory`: where the way down notes that it has begun, and looks whether it is held. No `down`: without its migration. */
export function filesOf(directory: string, down: readonly string[]): Readonly<Record<string, string>> {
  const file = (up: string): string =>
    `exports.up = knex => knex.raw('${up}')\nexports.down = () => Promise.reject(new Error('not this one'))\n`
  const notes = `const { appendFileSync, existsSync } = require('node:fs')
exports.config = { transaction: false }
exports.up = knex => knex.raw('ALTER TABLE orders ADD COLUMN note VARCHAR(200)')
exports.down = async knex => {
  appendFileSync(${JSON.stringify(join(directory, 'begun'))}, 'begun\\n')
  console.log('\\u001b[31mgoing back as ' + process.env.DATABASE_URL)
  ${down.join('\n  ').replaceAll('HOLD', join(directory, 'hold'))}
  while (existsSync(${JSON.stringify(join(directory, 'hold'))})) await new Promise(done => setTimeout(done, 20))
}
`
  return {
    'package.json': '{}',
    'knexfile.js': "module.exports = { client: 'mysql2', connection: process.env.DATABASE_URL }\n",
    'server.mjs':
      "import { createServer } from 'node:http'\ncreateServer((_, answer) => answer.end('ok')).listen(process.env.PORT, process.env.HOST ?? '127.0.0.1')\n",
    'migrations/20261101000000_customers.js': file('CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(80))'),
    'migrations/20261102000000_orders.js': file(
      'CREATE TABLE orders (id INT PRIMARY KEY, customer INT NOT NULL REFERENCES customers (id))',
    ),
    ...(down.length === 0 ? {} : { [`migrations/${moveNotes}`]: notes }),
  }
}

/** The shop, as a manifest names it, by way of the account that reverses. */
export function shopOn({ port }: MariaDb): object {
  return {
    mysql: { host: '127.0.0.1', port, user: 'astern', password: 'env:ASTERN_DB_PASSWORD', database: 'shop' },
    writers: { accounts: ['shop@%'] },
  }
}

function manifestFor(
  directory: string,
  server: MariaDb,
  env: Api['env'],
  { timeout = '5m', program = {} }: ProgramStageOptions,
): object {
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: { local: { releases: join(directory, 'host') } },
    services: {
      api: {
        hosts: ['local'],
        release: { path: 'api', start: [process.execPath, 'server.mjs'], env },
        depends_on: ['main'],
        stop: { grace: '2s' },
        health: { http: `http://{host}:${env['PORT'] ?? ''}/` },
      },
    },
    databases: {
      main: {
        ...shopOn(server),
        migrations: {
          tool: 'knex',
          from: { service: 'api', path: 'migrations' },
          command: { env: { DATABASE_URL: 'env:ASTERN_DB_URL', ...program }, timeout },
        },
      },
    },
    checks: [
      {
        name: 'api answers',
        group: 'critical',
        http: { url: `http://127.0.0.1:${env['PORT'] ?? ''}/` },
        assert: [{ status: 200 }],
        attempts: 3,
        interval: '300ms',
      },
    ],
    notify: { log: { file: join(directory, 'incidents.ndjson') } },
    timing: { probe_interval: '50ms', stable: '200ms', watch: '0ms', health_deadline: '30s', probe_timeout: '10s' },
  }
}

export function linesIn(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
}
