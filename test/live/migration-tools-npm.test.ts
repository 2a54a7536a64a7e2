import { drizzle } from 'drizzle-orm/mysql2'
import { migrate } from 'drizzle-orm/mysql2/migrator'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { judge } from '../../src/state/migrations/judge.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { columnsOf, comesAgain, keepsItsBooks, openProject, schema, type Project } from './migration-tools-stage.ts'

let server: MariaDb
let project: Project

// They are run by their commands alone, which no import shows.
const installed = [
  import.meta.resolve('dbmate'),
  import.meta.resolve('knex'),
  import.meta.resolve('sequelize'),
  import.meta.resolve('sequelize-cli/package.json'),
  import.meta.resolve('typeorm'),
]

describeWithMariaDb('a database migrated by', () => {
  beforeAll(async () => {
    expect(installed.filter(url => !url.startsWith('file:'))).toEqual([])
    server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])
  })
  afterEach(async () => project.close())
  afterAll(async () => server.remove())

  test('dbmate: its versions are read, and it agrees after each reversal', async () => {
    const file = (up: string, down: string): string => `-- migrate:up\n${up};\n\n-- migrate:down\n${down};\n`
    project = await openProject(
      server,
      'dbmate',
      {
        'db/20261101_customers.sql': file(schema.customers, 'DROP TABLE customers'),
        'db/20261102_orders.sql': file(schema.orders, 'DROP TABLE orders'),
        'db/20261118_notes.sql': `-- astern:compatible-with 1.2.2\n${file(schema.note, schema.noNote)}`,
      },
      'db',
    )
    const dbmate = ['dbmate', '--url', `mysql://root@127.0.0.1:${server.port}/${project.database}`]
    const run = (word: string): Promise<string> => project.run([...dbmate, '-d', 'db', '--no-dump-schema', word])
    const own = async (): Promise<readonly string[]> =>
      [...(await run('status')).matchAll(/^\[X\] (\d+)/gm)].map(([, version]) => version ?? '')
    await run('up')
    await keepsItsBooks(project, ['20261101', '20261102', '20261118'], own)
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    const last = project.scripts().at(-1)!
    expect([last.compatibleWith, judge(last)]).toEqual([['1.2.2'], { verdict: 'lossy', why: 'drops orders.note' }])
    expect(await run('up')).toContain('Applied: 20261118_notes.sql')
  })

  test('Knex: its files are read, its own command reverses one, a lock it left is told', async () => {
    const file = (up: string, down: string): string =>
      `exports.up = knex => knex.raw('${up}')\nexports.down = knex => knex.raw('${down}')\n`
    project = await openProject(
      server,
      'knex',
      {
        'knexfile.js': `module.exports = { client: 'mysql2', connection: { host: '127.0.0.1', port: ${server.port}, user: 'root', database: 't_knex' } }`,
        'package.json': '{}',
        'migrations/20261101000000_customers.js': file(schema.customers, 'DROP TABLE customers'),
        'migrations/20261102000000_orders.js': file(schema.orders, 'DROP TABLE orders'),
        'migrations/20261118000000_move_notes.js': `// astern:compatible-with 1.2.2\n${file(schema.note, schema.noNote)}`,
      },
      'migrations',
    )
    const own = async (): Promise<readonly string[]> => {
      const done = (await project.run(['knex', 'migrate:list'])).split(/Found \d+ Pending|No Pending/)[0] ?? ''
      return [...done.matchAll(/^(\d+_\w+\.js)/gm)].map(([, name]) => name ?? '')
    }
    await project.run(['knex', 'migrate:latest'])
    const versions = [
      '20261101000000_customers.js',
      '20261102000000_orders.js',
      '20261118000000_move_notes.js',
    ] as const
    const last = project.scripts().at(-1)!
    expect(last).toEqual({
      version: versions[2],
      name: 'move notes',
      up: [],
      down: null,
      compatibleWith: ['1.2.2'],
      opaque: {
        why: 'it is a JavaScript program',
        argv: ['npx', '--no-install', 'knex', 'migrate:down', versions[2]],
        up: ['npx', '--no-install', 'knex', 'migrate:up', versions[2]],
      },
    })
    await keepsItsBooks(project, versions, own, byItsOwnCommand)
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    await comesAgain(project, own)
    await project.sql('UPDATE knex_migrations_lock SET is_locked = 1')
    expect((await project.dirty()).map(({ what }) => what)).toEqual(['Knex is locked'])
    await project.run(['knex', 'migrate:unlock'])
    expect(await project.dirty()).toEqual([])
  })

  test('Sequelize: its files are read, and its own command reverses one', async () => {
    const file = (up: string, down: string): string =>
      `module.exports = { up: q => q.sequelize.query('${up}'), down: q => q.sequelize.query('${down}') }\n`
    const config = { dialect: 'mysql', host: '127.0.0.1', port: server.port, username: 'root', database: 't_sequelize' }
    project = await openProject(
      server,
      'sequelize',
      {
        'package.json': '{}',
        'config/config.json': JSON.stringify({ development: { ...config, password: null } }),
        'migrations/20261101-customers.js': file(schema.customers, 'DROP TABLE customers'),
        'migrations/20261102-orders.js': file(schema.orders, 'DROP TABLE orders'),
        'migrations/20261118-notes.js': file(schema.note, schema.noNote),
      },
      'migrations',
    )
    const own = async (): Promise<readonly string[]> =>
      [...(await project.run(['sequelize-cli', 'db:migrate:status'])).matchAll(/^up (\S+)/gm)].map(
        ([, name]) => name ?? '',
      )
    await project.run(['sequelize-cli', 'db:migrate'])
    const versions = ['20261101-customers.js', '20261102-orders.js', '20261118-notes.js'] as const
    await keepsItsBooks(project, versions, own, byItsOwnCommand)
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    await comesAgain(project, own)
  })

  test('TypeORM: its classes are read, and its own command takes back the last', async () => {
    const file = (name: string, up: string, down: string): string =>
      `module.exports.${name} = class ${name} {\n  async up(runner) { await runner.query('${up}') }\n  async down(runner) { await runner.query('${down}') }\n}\n`
    const versions = ['Customers1761955200000', 'Orders1762041600000', 'MoveNotes1763424000000'] as const
    project = await openProject(
      server,
      'typeorm',
      {
        'package.json': '{}',
        'source.js': `const { DataSource } = require('typeorm')\nmodule.exports.source = new DataSource({ type: 'mysql', host: '127.0.0.1', port: ${server.port}, username: 'root', database: 't_typeorm', migrations: [__dirname + '/migrations/*.js'] })`,
        'migrations/1761955200000-Customers.js': file(versions[0], schema.customers, 'DROP TABLE customers'),
        'migrations/1762041600000-Orders.js': file(versions[1], schema.orders, 'DROP TABLE orders'),
        'migrations/1763424000000-MoveNotes.js': file(versions[2], schema.note, schema.noNote),
      },
      'migrations',
    )
    const source = ['-d', 'source.js']
    const own = async (): Promise<readonly string[]> =>
      [...(await project.run(['typeorm', 'migration:show', ...source])).matchAll(/^\s*\[X\] \d+ (\w+)/gm)].map(
        ([, name]) => name ?? '',
      )
    await project.run(['typeorm', 'migration:run', ...source])
    expect(project.scripts().map(({ name }) => name)).toEqual(['customers', 'orders', 'move notes'])
    await keepsItsBooks(project, versions, own, async version => {
      const argv = project.scripts().find(script => script.version === version)?.opaque?.argv ?? []
      await project.run([...argv, ...source])
    })
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
  })

  test('Drizzle: its hashes are ours, and it applies again exactly what was reversed', async () => {
    const entry = (idx: number, tag: string, when: number): object => ({
      idx,
      version: '5',
      when,
      tag,
      breakpoints: true,
    })
    project = await openProject(
      server,
      'drizzle',
      {
        'drizzle/meta/_journal.json': JSON.stringify({
          version: '7',
          dialect: 'mysql',
          entries: [
            entry(0, '0000_customers', 1761955200000),
            entry(1, '0001_orders', 1762041600000),
            entry(2, '0002_notes', 1763424000000),
          ],
        }),
        'drizzle/0000_customers.sql': `${schema.customers};`,
        'drizzle/0001_orders.sql': `${schema.orders};\n--> statement-breakpoint\nCREATE INDEX by_customer ON orders (customer);`,
        'drizzle/0002_notes.sql': `${schema.note};`,
        'drizzle/0002_notes.down.sql': `${schema.noNote};`,
      },
      'drizzle',
    )
    const connection = await server.root(project.database)
    const run = (): Promise<void> => migrate(drizzle(connection), { migrationsFolder: `${project.directory}/drizzle` })
    // Drizzle's migrator has no word for what is applied: it goes by the newest row alone, which its own table tells.
    const own = async (): Promise<readonly string[]> =>
      (await project.sql('SELECT created_at FROM __drizzle_migrations ORDER BY id')).map(row =>
        String(row['created_at']),
      )
    await run()
    const scripts = project.scripts()
    expect(await project.applied()).toEqual(
      scripts.map(({ version, checksums }) => ({ version, checksum: checksums?.[0] })),
    )
    expect(scripts.map(({ up }) => up.length)).toEqual([1, 2, 1])
    await keepsItsBooks(project, ['1761955200000', '1762041600000', '1763424000000'], own)
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    await run()
    expect(await columnsOf(project)).toEqual(['id', 'customer', 'note'])
    expect(await project.versions()).toEqual(['1761955200000', '1762041600000', '1763424000000'])
    await connection.end()
  })
})

async function byItsOwnCommand(version: string): Promise<void> {
  await project.run(project.scripts().find(script => script.version === version)?.opaque?.argv ?? [])
}
