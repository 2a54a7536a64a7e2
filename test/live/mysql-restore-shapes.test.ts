import { execa } from 'execa'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backup } from '../../src/state/backup.ts'
import type { DatabaseCommand } from '../../src/state/command.ts'
import type { BackupTool } from '../../src/state/manifest.ts'
import { list } from '../../src/targets/databases/mysql/columns.ts'
import { historiesOf } from '../../src/targets/databases/mysql/restore/history.ts'
import { fingerprintOf } from '../../src/targets/databases/fingerprint.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { quoteName } from '../../src/targets/databases/mysql/names.ts'
import { findBackups } from '../../src/targets/databases/mysql/restore/backups.ts'
import { sequencesOf, tablesOf, versionedOf } from '../../src/targets/databases/mysql/restore/sides.ts'
import { columnsOf, schemaNow } from '../../src/targets/databases/mysql/seen.ts'
import type { Query } from '../../src/targets/databases/query.ts'
import { restoring } from '../mariadb/restore-stage.ts'
import { applied, configOf, makeAccounts } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { shapes } from '../mariadb/shapes.ts'

let server: MariaDb
let count = 0

beforeAll(async () => void (server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])))
afterAll(() => server.remove())

/** mydumper 0.10 itself fails on the names, and its loader reads such dates as zero. */
const beyondMydumper = ['names that mydumper cannot write down', 'dates that are on no calendar']
const refused = 'types that are written as text'
const withHistory = Object.keys(shapes).filter(name => name.startsWith('system versioning'))

test.each(['mydumper', 'mysqldump'] as const)(
  'tables of every kind are restored out of a backup of %s to the same schema and the same values, and taken back; former states of rows that it has not are counted',
  async tool => {
    const able = Object.keys(shapes).filter(
      name => tool === 'mysqldump' || ![...beyondMydumper, refused].includes(name),
    )
    const lost = await returns(
      tool,
      able.flatMap(name => shapes[name] ?? []),
    )
    expect(lost).toEqual({ prices: 3, rates: 1, stock: 1 })
  },
  120_000,
)

test('a dump with history brings the former states of rows back, to the microsecond', async () => {
  const all = withHistory.flatMap(name => shapes[name] ?? [])
  expect(await returns('mysqldump', all, ['--dump-history'])).toEqual({})
})

test('a backup of mydumper with values that its loader would make NULL of is not taken', async () => {
  await expect(returns('mydumper', shapes[refused] ?? [])).rejects.toThrow(
    'table addresses has columns of type uuid, inet6, inet4: mydumper writes them so that a server which loads them reads NULL',
  )
})

type Counts = Readonly<Record<string, number>>

/** A backup is taken, a release widens every table, all is restored, and taken back. Former states of rows that were lost by it, per table. */
async function returns(tool: BackupTool, sqls: readonly string[], options: readonly string[] = []): Promise<Counts> {
  count += 1
  const [database, context] = [
    `shapes_${count}`,
    { run: `r${count}`, environment: 'shop', directory: mkdtempSync(join(tmpdir(), 'astern-shapes-')), holder: 'h' },
  ]
  const root = await opened(database, sqls)
  const home = mkdtempSync(join(tmpdir(), 'astern-backups-'))
  const config = configOf(server, database)
  const act = mysqlAct(config)
  const query: Query = async (sql, ...args) => (await root.query(sql, args))[0] as Record<string, string>[]
  const schema = async (): Promise<string> => fingerprintOf(await schemaNow(query, config))
  try {
    const backup = await backedUp(tool, database, home, options)
    const [then, values] = [await schema(), await valuesOf(query, database, options.length > 0)]
    await widen(query, database)
    const [today, newer] = [await schema(), await valuesOf(query, database, options.length > 0)]
    let lost: Counts = {}
    const done = async (command: DatabaseCommand): Promise<void> => {
      const { outcome, lines } = await applied(act, command, context)
      if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines], null, 1))
      if (command.kind === 'database.capture') lost = writtenIn(outcome.observed)
    }
    for (const command of restoring(backup, null))
      await done(command.kind === 'database.verify' ? { ...command, fingerprint: then } : command)
    expect([await schema(), await valuesOf(query, database, options.length > 0)]).toEqual([then, values])
    await done({ kind: 'database.swap', database: 'main', direction: 'out' })
    await done({ kind: 'database.hook', database: 'main', as: 'today' })
    expect([await schema(), await valuesOf(query, database, options.length > 0)]).toEqual([today, newer])
    return lost
  } finally {
    await act.close()
    await root.query('SET foreign_key_checks = 0')
    for (const name of [database, `_astern_r${count}_${database}`, `_astern_r${count}_${database}_old`])
      await root.query(`DROP DATABASE IF EXISTS ${name}`)
    await root.end()
    for (const directory of [home, context.directory]) rmSync(directory, { recursive: true, force: true })
  }
}

async function opened(database: string, sqls: readonly string[]): Promise<Connection> {
  const root = await server.root()
  await root.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
  await root.query(`USE ${database}`)
  await makeAccounts(root, database)
  await root.query('CREATE TABLE schema_migrations (version VARCHAR(100) PRIMARY KEY)')
  await root.query("INSERT INTO schema_migrations VALUES ('1')")
  for (const sql of sqls) await root.query(sql)
  return root
}

async function backedUp(
  tool: BackupTool,
  schema: string,
  home: string,
  options: readonly string[],
): Promise<Backup & { schema: string }> {
  const [as, path] = [['-u', 'root', '-S', server.socket], join(home, tool === 'mydumper' ? 'nightly' : 'nightly.sql')]
  await (tool === 'mydumper'
    ? execa('mydumper', [...as, '-B', schema, '-o', path, '-G', '-R', '-E', '-t', '2'])
    : execa('mariadb-dump', [
        ...as,
        '--single-transaction',
        '--routines',
        '--events',
        ...options,
        '-r',
        path,
        '--databases',
        schema,
      ]))
  const { backups } = await findBackups({ tool, dir: home, schema, migrations: 'schema_migrations' })
  const [backup] = backups
  if (backup === undefined || backup.amiss !== null) throw new Error(backup?.amiss ?? 'there is none')
  return { ...backup, schema }
}

/** As a bad release would: by something that no backup of before has. */
async function widen(query: Query, database: string): Promise<void> {
  await query("INSERT INTO schema_migrations VALUES ('2')")
  await query("SET system_versioning_alter_history = 'KEEP'")
  const rowless = await sequencesOf(query, database)
  for (const table of await tablesOf(query, database))
    if (!rowless.includes(table)) await query(`ALTER TABLE ${quoteName(table)} ADD COLUMN of_the_release INT DEFAULT 7`)
}

/** Of every table a checksum; of one with former states its rows, and these where the backup has them. */
async function valuesOf(query: Query, database: string, history: boolean): Promise<unknown> {
  const [versioned, rowless] = [await versionedOf(query, database), await sequencesOf(query, database)]
  const found: Record<string, unknown> = {}
  for (const table of await tablesOf(query, database)) {
    const from = quoteName(table)
    if (rowless.includes(table) || table === 'schema_migrations') continue
    const names = (await columnsOf(query, configOf(server, database), table)).filter(({ generated }) => !generated)
    found[table] =
      versioned.includes(table) && !history
        ? await query(`SELECT ${list(names.map(({ name }) => name))} FROM ${from} ORDER BY 1`)
        : Object.values((await query(`CHECKSUM TABLE ${from} EXTENDED`))[0] ?? {})[1]
  }
  return history ? { found, former: await historiesOf(query, database) } : found
}

/** What only the release wrote, in a column of its own, is not asked for; a row that the loading changed would be. */
function writtenIn(observed: unknown): Counts {
  const counted = observed as { table: string; inserted: number; updated: number; deleted: number; history?: number }[]
  expect(counted.filter(one => one.inserted + one.updated + one.deleted > 0)).toEqual([])
  return Object.fromEntries(counted.flatMap(({ table, history = 0 }) => (history > 0 ? [[table, history]] : [])))
}
