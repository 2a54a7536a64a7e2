import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Backup } from '../../src/state/backup.ts'
import type { BinlogFact } from '../../src/state/binlog/fact.ts'
import { placeIn } from '../../src/state/binlog/place.ts'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { replayOf, type Replay } from '../../src/state/planner/replays.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { findBackups } from '../../src/targets/databases/mysql/restore/backups.ts'
import type { BinlogAsked, DatabaseAct } from '../../src/targets/databases/port.ts'
import { backupOf, openShop, release, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct
let database = ''
let count = 0
let taken: Taken
let backup: Backup

beforeAll(async () => void (server = await startMariaDb()))
afterAll(() => server.remove())

describe.each(['mydumper', 'mysqldump'] as const)('a binlog replayed into a backup of %s', tool => {
  beforeEach(() => open(tool))
  afterEach(close)

  test('brings the tables to the moment before the bad release, to the byte, and leaves what came after to be counted', async () => {
    for (const sql of before) await root.query(sql)
    const then = await sums(database)
    for (const sql of [...release.slice(1), ...release.slice(0, 1)]) await root.query(sql)
    for (const sql of after) await root.query(sql)
    const { replay, warnings } = replaying(await ask())
    expect(warnings).toEqual([
      expect.stringMatching(
        /^main: rows written since nightly(?:\.sql)?, by the binlog: 19; 15 come back from it up to \d\d:\d\d:\d\d \(binlog\.\d+:\d+, before migration 2\), 4 after that are counted and salvaged: customers 2 inserted 1 updated, items 2 inserted 1 deleted, ledger 2 inserted, orders 2 inserted 2 updated 1 deleted and 2 more$/,
      ),
    ])
    const [load, verify, unhook, capture, swap, salvage, hook] = restoring({ ...backup, schema: database }, null)
    await done(load)
    await done(asReplay(replay))
    expect(await sums(`_astern_r1_${database}`)).toEqual(then)
    await done({ ...verify, replayed: true } as DatabaseCommand)
    await done(unhook)
    const counted = (await done(capture)) as { table: string; inserted: number; updated: number; deleted: number }[]
    expect(
      counted
        .filter(one => one.inserted + one.updated + one.deleted > 0)
        .map(one => [one.table, one.inserted, one.updated, one.deleted]),
    ).toEqual(['gifts', 'items', 'ledger', 'orders'].map(table => [table, 1, 0, 0]))
    for (const command of [swap, salvage, hook]) await done(command)
    expect(await rows('SELECT COUNT(*) AS n FROM visits')).toEqual([{ n: 4 }])
    expect(await rows('SELECT id, total FROM orders WHERE id > 60 ORDER BY id')).toEqual([
      { id: 61, total: '7.00' },
      { id: 62, total: '8.00' },
      { id: 63, total: '9.00' },
    ])
    expect(await rows('SELECT COUNT(*) AS n FROM _astern_replays')).toEqual([{ n: 1 }])
    await done({ kind: 'database.tidy', database: 'main', runs: ['another', 'r1'] })
    expect(await rows('SELECT COUNT(*) AS n FROM _astern_replays')).toEqual([{ n: 0 }])
  })
})

describe('a binlog that is asked for a replay', () => {
  beforeEach(() => open('mydumper'))
  afterEach(close)

  test('is refused where a statement stands in the place of rows, which is named', async () => {
    await root.query("INSERT INTO visits VALUES ('home', 2)")
    await root.query('SET binlog_format = STATEMENT')
    await root.query("INSERT INTO visits VALUES ('home', 3)")
    await migrated()
    expect((await ask()).amiss).toEqual([
      expect.stringMatching(/^binlog\.\d+:\d+ is a statement and no rows \(binlog_format\): INSERT INTO visits VALUES/),
    ])
  })

  test('is refused where rows are not whole, and where a table knows no transactions', async () => {
    await root.query('SET binlog_row_image = MINIMAL')
    await root.query('UPDATE orders SET total = 777 WHERE id = 5')
    await migrated()
    expect((await ask()).amiss).toEqual([
      expect.stringMatching(/^binlog\.\d+:\d+ has not all columns of the rows of orders \(binlog_row_image\)$/),
    ])
    expect((await ask({ withoutTransactions: ['orders'] })).amiss).toContainEqual(
      expect.stringMatching(/writes to orders, which knows no transactions$/),
    )
  })

  test('is refused where it does not reach back to the backup any more', async () => {
    const [log = ''] = (await binlogs()).slice(-1)
    await root.query('FLUSH BINARY LOGS')
    // It stays as long as the server's own recovery may need it.
    while ((await binlogs()).includes(log)) await root.query(`PURGE BINARY LOGS TO '${(await binlogs()).at(-1) ?? ''}'`)
    expect(await ask()).toMatchObject({
      amiss: [
        expect.stringContaining(`does not reach back to nightly: ${log} is gone: the oldest file there is binlog.`),
      ],
      read: null,
    })
  })

  test('is read from copies where the server has purged it, proven to be its own by their GTIDs, and replayed to the byte', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'astern-copies-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const [first = ''] = (await binlogs()).slice(-1)
    for (const sql of before) await root.query(sql)
    await root.query('FLUSH BINARY LOGS')
    await root.query("INSERT INTO visits VALUES ('in the second file', 1)")
    await root.query('FLUSH BINARY LOGS')
    await root.query("INSERT INTO visits VALUES ('in a file that is there', 1)")
    const then = await sums(database)
    await migrated()
    const own = (await binlogs()).filter(name => name >= first)
    for (const name of own) copyFileSync(join(server.directory, 'data', name), join(dir, name))
    await root.query('FLUSH BINARY LOGS')
    const [, second = '', third = ''] = own
    while ((await binlogs()).includes(second)) await root.query(`PURGE BINARY LOGS TO '${third}'`)

    await act.close()
    act = mysqlAct(configOf(server, database, { binlogs: { dir } }))
    const { replay, warnings } = replaying(await ask())
    expect(warnings).toContainEqual(
      `main: its server has the older part of that binlog no more; it is read from ${join(dir, first)}, ${join(dir, second)}`,
    )
    await done(restoring({ ...backup, schema: database }, null)[0])
    await done(asReplay(replay))
    expect(await sums(`_astern_r1_${database}`)).toEqual(then)

    const amiss = async (): Promise<readonly string[]> => (await ask()).amiss
    const whole = readFileSync(join(dir, second))
    const rotation = whole.subarray(0, whole.length - 44)
    writeFileSync(join(dir, second), rotation)
    expect(await amiss()).toEqual([
      `the copy ${join(dir, second)} is not whole: it does not end by going on to ${third}`,
    ])
    writeFileSync(join(dir, second), whole.subarray(0, whole.length - 10))
    expect(await amiss()).toEqual([expect.stringMatching(/cannot be read: .* is torn at \d+$/)])
    const other = Buffer.from(whole)
    const at = other.indexOf(Buffer.from([0xa3]), 200)
    other.writeUInt8(99, at + 15 + 4 + 4 + 4)
    writeFileSync(join(dir, second), other)
    expect(await amiss()).toEqual([`the copy ${join(dir, second)} does not begin where the one before it ends`])
    writeFileSync(join(dir, second), whole)
    const position = { file: first, offset: 4, ...backup.position, gtid: '0-9-12345' }
    expect((await ask({ backup: { ...backup, position } })).amiss).toEqual([
      expect.stringContaining(
        'of the copy is not at the GTID 0-9-12345 that nightly was taken at: it is of another server',
      ),
    ])
    rmSync(join(dir, second))
    expect(await amiss()).toEqual([
      `the binlog does not reach back to nightly: between ${first} and ${third} files are missing`,
    ])
    rmSync(dir, { recursive: true })
    expect(await amiss()).toEqual([
      `its server's binlog cannot be read: the directory of its copies, ${dir}, cannot be read (ENOENT)`,
    ])
  })

  test('is refused to a backup that another server wrote', async () => {
    const position = { file: '', offset: 0, ...backup.position, gtid: '0-9-12345' }
    expect((await ask({ backup: { ...backup, position } })).amiss).toEqual([
      expect.stringMatching(
        / of this server is at GTID 0-1-\d+, and nightly was taken at 0-9-12345: it is of another server$/,
      ),
    ])
    expect((await ask({ backup: { ...backup, position: { ...position, gtid: null } } })).amiss).toEqual([
      expect.stringContaining('names no GTID'),
    ])
  })

  test('says which rights are missing, by the GRANT that gives them', async () => {
    await root.query(
      `REVOKE SUPER, BINLOG MONITOR, REPLICATION SLAVE, BINLOG REPLAY ON *.* FROM astern_${database}@'%'`,
    )
    expect((await act.binlog({ backup }))?.amiss).toEqual([
      `the account astern_${database} may not read and replay its server's binlog: GRANT BINLOG MONITOR, REPLICATION SLAVE, BINLOG REPLAY ON *.* to it`,
    ])
  })

  test('ends before a change of the schema that no migration made, and at a moment that a person names', async () => {
    await root.query("INSERT INTO visits VALUES ('home', 2)")
    const { file, offset } = await here()
    await root.query("INSERT INTO visits VALUES ('home', 3)")
    await root.query('ANALYZE TABLE visits')
    const index = await here()
    await root.query('CREATE INDEX by_page ON visits (page)')
    await migrated()
    expect((await ask()).read?.end).toMatchObject({
      place: index,
      before: 'CREATE INDEX by_page ON visits (page), which is of no migration that goes back',
      meant: false,
    })
    const named = await ask({ until: `${file}:${offset}` })
    expect(named.read).toMatchObject({
      end: { place: { file, offset }, before: 'the moment that was named', meant: true },
      tables: [{ table: 'visits', inserted: 1 }],
      after: [{ table: 'visits', inserted: 1 }],
    })
    expect((await ask({ until: '2020-01-01T00:00:00Z' })).read).toMatchObject({ tables: [], end: { meant: true } })
  })

  test('is found whole although a statement of another schema looks like its own events', async () => {
    const { file, offset } = await here()
    const fake = `#261127  6:36:47 server id 1  end_log_pos ${offset + 500} CRC32 0x12345678 \tXid = 5`
    await root.query('CREATE DATABASE IF NOT EXISTS elsewhere')
    await root.query(
      `CREATE OR REPLACE TABLE elsewhere.x (a INT COMMENT '\n/*!*/;\n# at ${offset}\n${fake}\nCOMMIT/*!*/;')`,
    )
    await migrated()
    await root.query('DROP DATABASE elsewhere')
    expect(await ask()).toMatchObject({
      amiss: [
        expect.stringMatching(
          new RegExp(`^its server's binlog cannot be read: ${file} is not whole: an event is said to begin at`),
        ),
      ],
      read: null,
    })
  })

  test('keeps what would be replayed as SQL, in a file that only its owner reads, without what comes after', async () => {
    await root.query("INSERT INTO visits VALUES ('home', 2)")
    await root.query('CREATE DATABASE IF NOT EXISTS elsewhere')
    await root.query('CREATE OR REPLACE TABLE elsewhere.x (a INT)')
    await root.query('INSERT INTO elsewhere.x VALUES (7)')
    await root.query('BEGIN')
    await root.query("INSERT INTO visits VALUES ('left out', 3)")
    await root.query("INSERT INTO schema_migrations VALUES ('2')")
    await root.query('COMMIT')
    await root.query('DROP DATABASE elsewhere')
    const keep = join(context.directory, 'evidence', 'main.replay.sql')
    const { read } = await ask({ keep })
    const text = readFileSync(keep, 'utf8')
    expect(text).toMatch(
      new RegExp(
        `^-- binlog\\.\\d+:\\d+ \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z\nINSERT INTO \`${database}\`\\.\`visits\`\nSET\n  @1='home'\n  @2=2\n\n$`,
      ),
    )
    expect(statSync(keep).mode & 0o777).toBe(0o600)
    expect(read?.sql).toEqual({
      path: keep,
      bytes: text.length,
      sha256: createHash('sha256').update(text).digest('hex'),
    })
  })
})

describe('a replay', () => {
  beforeEach(() => open('mydumper'))
  afterEach(close)

  test('that is killed goes on where it was, and each row comes in once', async () => {
    for (let i = 0; i < 1300; i += 1) await root.query(`INSERT INTO visits VALUES ('page ${i}', ${i})`)
    const then = await sums(database)
    await migrated()
    const { replay } = replaying(await ask())
    await done(restoring({ ...backup, schema: database }, null)[0])
    await act.close()
    const config = configOf(server, database)
    const worker = resolve(import.meta.dirname, '../mariadb/worker.mjs')
    const places: unknown[] = []
    for (const at of [30, 700, 600]) {
      const spec = {
        config,
        commands: [asReplay(replay)],
        kill: { at, when: at === 700 ? 'before' : 'after sending' },
        changes: true,
      }
      const ran = await execa(process.execPath, [worker, JSON.stringify(spec)], { reject: false })
      expect([ran.signal, ran.stdout, ran.stderr]).toEqual(['SIGKILL', '', ''])
      places.push(await rows(`SELECT COUNT(*) AS n FROM _astern_r1_${database}.visits`))
    }
    act = mysqlAct(config)
    expect(places).toEqual([[{ n: 3 }], [{ n: 503 }], [{ n: 1003 }]])
    expect(await done(asReplay(replay))).toMatchObject({ rows: 1300 })
    expect(await sums(`_astern_r1_${database}`)).toEqual(then)
  })

  test('of another binlog than was shown is refused, and so is one that does not fit what was loaded', async () => {
    await root.query('UPDATE settings SET value = UPPER(value)')
    await migrated()
    const { replay } = replaying(await ask())
    await done(restoring({ ...backup, schema: database }, null)[0])
    await root.query(`DELETE FROM _astern_r1_${database}.settings`)
    expect((await applied(act, asReplay(replay))).outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.replay-does-not-fit', detail: expect.stringContaining('1032') },
    })
    await root.query(`INSERT INTO _astern_r1_${database}.settings SELECT name, 'dark' FROM ${database}.settings`)
    expect((await applied(act, { ...asReplay(replay), sha256: '00' } as DatabaseCommand)).outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.replay-differs' },
    })
  })
})

/** Before the bad release, in every shape that rows have. */
const before = [
  "INSERT INTO customers (country_id, name, email, invited_by) VALUES (1, 'dana \\\\x0a \\'; --', 'dana@x', 1), (2, 'ö 🜁', 'eve@x', 4)",
  'INSERT INTO orders (customer_id, total) VALUES (4, 7), (1, 8)',
  'UPDATE orders SET total = 99.5 WHERE id IN (2, 3)',
  "INSERT INTO items VALUES (61, 1, 'line\\n### DELETE FROM `x`.`y`'), (62, 1, NULL)".replace('NULL', "''"),
  // The line of it goes along, by its foreign key and past the binlog.
  'DELETE FROM items WHERE order_id = 60',
  'DELETE FROM orders WHERE id = 60',
  "UPDATE customers SET name = 'benjamin' WHERE id = 2",
  "INSERT INTO visits VALUES ('home', 1)",
  "UPDATE settings SET value = 'light'",
]

const after = [
  "INSERT INTO orders (customer_id, total, note) VALUES (1, 9, 'gift')",
  "INSERT INTO items VALUES (63, 1, 'after')",
  'INSERT INTO gifts VALUES (1, 63)',
]

async function open(tool: Taken['tool']): Promise<void> {
  count += 1
  database = `shop_${count}`
  root = await openShop(server, database)
  await root.query(`GRANT BINLOG MONITOR, REPLICATION SLAVE, BINLOG REPLAY ON *.* TO astern_${database}@'%'`)
  taken = await backupOf(server, database, tool)
  const dir = taken.path.slice(0, taken.path.lastIndexOf('/'))
  const found = await findBackups({ tool, dir, schema: database, migrations: 'schema_migrations' })
  if (found.backups[0] === undefined) throw new Error(found.amiss ?? 'no backup')
  backup = found.backups[0]
  act = mysqlAct(configOf(server, database))
}

async function close(): Promise<void> {
  await act.close()
  taken.remove()
  await root.query('SET foreign_key_checks = 0')
  for (const schema of [database, `_astern_r1_${database}`, `_astern_r1_${database}_old`])
    await root.query(`DROP DATABASE IF EXISTS ${schema}`)
  await root.end()
}

async function migrated(): Promise<void> {
  for (const sql of [...release.slice(1), ...release.slice(0, 1)]) await root.query(sql)
}

async function binlogs(): Promise<readonly string[]> {
  return ((await rows('SHOW BINARY LOGS')) as { Log_name: string }[]).map(one => one.Log_name)
}

async function here(): Promise<{ file: string; offset: number }> {
  const [one] = (await rows('SHOW MASTER STATUS')) as { File: string; Position: number }[]
  return { file: one?.File ?? '', offset: one?.Position ?? 0 }
}

type Asked = Partial<BinlogAsked> & { readonly until?: string; readonly withoutTransactions?: readonly string[] }

async function ask({ until, withoutTransactions = [], ...more }: Asked = {}): Promise<BinlogFact> {
  const question = {
    tracking: 'schema_migrations',
    since: [{ version: '2', up: release.slice(1) }],
    withoutTransactions,
    until: until === undefined ? null : (placeIn(until) ?? until),
  }
  const fact = await act.binlog({ backup, question, ...more })
  if (fact === null) throw new Error('nothing was asked')
  return fact
}

function replaying(fact: BinlogFact): { replay: Replay; warnings: readonly string[] } {
  const { replay, warnings, blockers } = replayOf('main', backup, fact, { until: null })
  if (replay === undefined) throw new Error(blockers.join('; '))
  return { replay, warnings }
}

function asReplay(replay: Replay): DatabaseCommand {
  const { tool, path, tables } = backup
  const named = { tool, path, schema: database, tables: tables.map(({ name, rows: n }) => ({ name, rows: n })) }
  return { kind: 'database.replay', database: 'main', backup: named, ...replay }
}

async function done(command: DatabaseCommand | undefined): Promise<unknown> {
  if (command === undefined) throw new Error('no such command')
  const { outcome, lines } = await applied(act, command)
  if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines], null, 1))
  return outcome.observed
}

async function rows(sql: string): Promise<unknown> {
  return (await root.query(sql))[0]
}

async function sums(schema: string): Promise<unknown> {
  const tables = ['countries', 'customers', 'orders', 'items', 'visits', 'ledger', 'settings']
  const found: Record<string, unknown> = {}
  for (const table of tables) found[table] = await rows(`CHECKSUM TABLE ${schema}.${table} EXTENDED`)
  return JSON.parse(JSON.stringify(found).replaceAll(schema, 'SCHEMA'))
}
