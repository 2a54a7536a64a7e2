import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection, type Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { gatherDatabases } from '../../src/runners/engine/gather-databases.ts'
import type { DatabaseCommand } from '../../src/state/command.ts'
import type { Facts, LedgerEntry } from '../../src/state/facts.ts'
import type { Manifest } from '../../src/state/manifest.ts'
import type { Plan } from '../../src/state/plan.ts'
import { judgeMigrations } from '../../src/state/planner/migrations.ts'
import { withPrechecks } from '../../src/state/planner/prechecked.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { lockName } from '../../src/targets/databases/mysql/act/session.ts'
import type { MysqlConfig } from '../../src/targets/databases/mysql/config.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import type { Looks } from '../../src/targets/looks.ts'
import { shop } from '../contract/databases.contract.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { applied, configOf, context, makeAccounts, statementOf } from '../mariadb/shop.ts'

/** Edge cases that no other test has: each turns red when its handling is taken out (`test/guards`). */
describeWithMariaDb('a MySQL database', () => {
  let server: MariaDb
  let root: Connection
  let act: DatabaseAct
  let config: MysqlConfig
  let database = ''
  let count = 0
  beforeAll(async () => void (server = await startMariaDb()))
  afterAll(() => server?.remove())
  beforeEach(async () => {
    count += 1
    database = `shop_${count}`
    root = await server.root()
    await root.query(`CREATE DATABASE ${database}`)
    await root.query(`USE ${database}`)
    for (const sql of shop) await root.query(sql)
    await makeAccounts(root, database)
    config = configOf(server, database)
    act = mysqlAct(config)
  })
  afterEach(async () => {
    await act.close()
    await root.end()
  })

  test('waits for a session that was ended and takes its rows back, and for no other', async () => {
    await root.query(`CREATE TABLE many (id int PRIMARY KEY, n int NOT NULL, text varchar(200) NOT NULL)`)
    await root.query("INSERT INTO many SELECT seq, 0, REPEAT('x', 150) FROM seq_1_to_1000000")
    const before = await server.root()
    await before.query(`USE ${database}`)
    await before.query('SELECT GET_LOCK(?, 1)', [lockName(config)])
    const [[session]] = (await before.query('SELECT CONNECTION_ID() AS id')) as unknown as [[{ id: number }]]
    const copy: DatabaseCommand = { kind: 'database.sum', database: 'main', tables: ['notes'] }
    const hasty = mysqlAct({ ...config, lockWaitSeconds: 1 })
    const other = await applied(hasty, copy)
    expect(other.outcome).toMatchObject({ ok: false, fault: { code: 'database.held' } })
    await before.query('START TRANSACTION')
    await before.query("UPDATE many SET n = n + 1, text = CONCAT(text, 'y')")
    before.on('error', () => undefined)
    await root.query(`KILL ${session.id}`)
    expect((await applied(hasty, copy)).outcome).toMatchObject({ ok: true })
    await hasty.close()
    const [[left]] = (await root.query('SELECT SUM(n) AS n FROM many')) as unknown as [[{ n: string }]]
    expect(Number(left.n)).toBe(0)
  })

  test('whose script is gone, or is not the one that was applied, is not reversed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'astern-scripts-'))
    const scripts = {
      'V2__moods.sql': 'ALTER TABLE notes ADD mood INT;\n',
      'U2__moods.sql': 'ALTER TABLE notes DROP mood',
    }
    const write = (files: Readonly<Record<string, string>>): void => {
      for (const name of Object.keys(scripts)) rmSync(join(directory, name), { force: true })
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    }
    for (const sql of [
      'DROP TABLE schema_migrations',
      'CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOL NOT NULL)',
      "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) VALUES (1, '2', 'moods', 'SQL', 'V2__moods.sql', 42, 'shop', 5, 1)",
    ])
      await root.query(sql)
    const migrations = { tool: 'flyway', table: 'flyway_schema_history', from: { dir: directory } } as const
    const manifest = { databases: { main: { ...config.database, migrations } }, services: {} } as unknown as Manifest
    const looking = mysqlAct({ ...config, database: { ...config.database, migrations } })
    const judged = async () => {
      const looks = { databases: { main: looking } } as unknown as Looks
      const facts = { databases: await gatherDatabases(manifest, looks, undefined), records: {} } as unknown as Facts
      const target = { version: '1.2.2', services: {}, databases: { main: { fingerprint: '', migrations: [] } } }
      const { reversals, blockers } = judgeMigrations(facts, manifest, target as unknown as LedgerEntry)
      return [reversals.map(({ migration }) => migration.version), blockers]
    }

    write(scripts)
    expect(await judged()).toEqual([['2'], [expect.stringMatching(/^main: .*\b2\b.* is not the one that was applied/)]])
    await root.query('UPDATE flyway_schema_history SET checksum = NULL')
    expect(await judged()).toEqual([['2'], []])
    write({ 'V2__moods.sql': scripts['V2__moods.sql'] })
    expect(await judged()).toEqual([[], [expect.stringMatching(/^main: migration 2 \(moods\) has no way down; /)]])
    write({ ...scripts, 'U2__moods.sql': '-- not thought of yet\n' })
    expect(await judged()).toEqual([[], [expect.stringMatching(/^main: migration 2 \(moods\) has no way down; /)]])
    write({})
    expect(await judged()).toEqual([
      [],
      [expect.stringMatching(/^main: the script of migration 2 is not in the release that runs; /)],
    ])
    write(scripts)
    await root.query('UPDATE flyway_schema_history SET success = 0')
    expect(await judged()).toEqual([
      expect.anything(),
      [expect.stringMatching(/^main: Flyway has 2 as failed: .* \(1\) .* \(2\) .* \(3\) /)],
    ])
    await looking.close()
    rmSync(directory, { recursive: true })
  })

  test('whose rows would not fit is blocked before anything stops, by their keys', async () => {
    const statements = (await act.reader())('ALTER TABLE notes MODIFY author VARCHAR(40) NOT NULL')
    const found = await act.prechecks(statements)
    const plan = { blockers: [], warnings: [] } as unknown as Plan
    const checked = [{ database: 'main', statements: statements.map(({ sql }) => sql), found }]
    expect(withPrechecks(plan, checked)).toEqual({
      warnings: [],
      blockers: [
        'main, "ALTER TABLE notes MODIFY author VARCHAR(40) NOT NULL" would fail: notes: 1 rows: author is NULL, and may not be any more (3)',
      ],
    })
  })

  test('has a statement on several tables taken for one on each, so that no half of it counts for the whole', async () => {
    const script = (await act.reader())('DROP TABLE notes, never_there, orders')
    const downs = script.map(({ sql }, at) => statementOf(sql, { index: at + 1, of: script.length }))
    const did: unknown[] = []
    for (const down of downs) {
      const { outcome } = await applied(act, down)
      did.push(outcome.ok)
      if (!outcome.ok) break
    }
    const [tables] = await root.query('SHOW TABLES WHERE Tables_in_' + database + " IN ('notes', 'orders')")
    const verdicts = await Promise.all(downs.map(down => act.probe(down, context)))
    expect([did, Object.values((tables as object[])[0] ?? {}), verdicts.map(({ verdict }) => verdict)]).toEqual([
      [true, false],
      ['orders'],
      ['holds', 'not yet', 'not yet'],
    ])
  })

  test('that refused a statement carries it out after somebody has mended its schema by hand', async () => {
    const down = statementOf('ALTER TABLE notes ADD CONSTRAINT signed CHECK (author IS NOT NULL)')
    expect((await applied(act, down)).outcome).toMatchObject({ ok: false, fault: { code: 'database.constraint' } })
    await root.query('ALTER TABLE notes ADD COLUMN mended INT')
    await root.query('UPDATE notes SET author = "nobody" WHERE author IS NULL')
    expect((await applied(act, down)).outcome).toMatchObject({ ok: true })
    await expect(root.query('UPDATE notes SET author = NULL')).rejects.toThrow(/signed/)
  })

  test('says of a statement that it was cut off in, that nobody knows, and finds out by looking', async () => {
    await root.query('INSERT INTO notes SELECT seq + 10, "n", NULL FROM seq_1_to_20000')
    const down = statementOf('UPDATE notes SET note = CONCAT(note, SLEEP(0.01))')
    const cut = applied(act, down)
    const busy = "SELECT id FROM information_schema.processlist WHERE info LIKE '/* astern r1%'"
    await expect.poll(async () => ((await root.query(busy))[0] as unknown[]).length).toBe(1)
    const [[session]] = (await root.query(busy)) as unknown as [[{ id: number }]]
    await root.query(`KILL CONNECTION ${session.id}`)
    expect((await cut).outcome).toMatchObject({ ok: false, unknown: true, fault: { code: 'database.unreachable' } })
    expect(await act.probe(down, context)).toMatchObject({ verdict: 'not yet' })
  })

  test('tells of a transaction that is open for long, before anything is begun', async () => {
    const other = await server.root(database)
    await other.query('START TRANSACTION')
    await other.query('SELECT * FROM notes')
    const long = async (): Promise<readonly string[]> => (await act.observe()).server?.long ?? []
    await expect
      .poll(long, { timeout: 60_000, interval: 500 })
      .toEqual([expect.stringMatching(/^session \d+ of root@.*, its transaction open for \d\d s$/)])
    await other.end()
  })

  test('whose writer is still taking its changes back when it is ended is not called quiet, and the session is named', async () => {
    await root.query('INSERT INTO notes SELECT seq + 10, REPEAT("n", 180), NULL FROM seq_1_to_300000')
    const writer = await createConnection({
      host: '127.0.0.1',
      port: server.port,
      user: `writer_${database}`,
      database,
    })
    writer.on('error', () => undefined)
    await root.query('USE mysql')
    await writer.query('START TRANSACTION')
    await writer.query('UPDATE notes SET note = REVERSE(CONCAT(order_id, note))')
    // Patience ends at the second look.
    let asked = 0
    const now = (): Date => new Date(Date.now() + (asked++ > 1 ? 60_000 : 0))
    const hurried = mysqlAct({ ...config, now })
    const fence = { kind: 'database.fence', database: 'main', writers: [`writer_${database}@%`], readers: [] } as const
    expect((await applied(hurried, fence)).outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.not-quiet', what: expect.stringContaining(`writer_${database}@127.0.0.1`) },
    })
    await expect
      .poll(async () => (await applied(hurried, fence)).outcome.ok, { timeout: 60_000, interval: 500 })
      .toBe(true)
    expect((await applied(hurried, { kind: 'database.unfence', database: 'main' })).outcome).toMatchObject({ ok: true })
    await hurried.close()
    writer.destroy()
  })

  test('is not proven whole while rows of it refer to nothing', async () => {
    await root.query('SET SESSION foreign_key_checks = 0')
    await root.query('INSERT INTO orders VALUES (8, 99, 0), (9, NULL, 0)')
    const prove = { kind: 'database.prove', database: 'main', fingerprint: '', migrations: ['1', '2'] } as const
    const proven = () => act.attempt(prove, context, () => undefined, AbortSignal.timeout(60_000))
    expect(await proven()).toMatchObject({
      ok: false,
      fault: { code: 'database.inconsistent' },
      observed: { misses: [expect.stringMatching(/^rows of orders without customers \(.*\): expected 0, got 1$/)] },
    })
    await root.query('DELETE FROM orders WHERE id = 8')
    expect(await proven()).toMatchObject({ ok: true })
  })

  test('comes back parents first, whatever its tables are called', async () => {
    const [parents, children] = [
      'CREATE TABLE z_parents (id INT PRIMARY KEY)',
      'CREATE TABLE a_children (id INT PRIMARY KEY, parent INT NOT NULL, FOREIGN KEY (parent) REFERENCES z_parents (id))',
    ]
    for (const sql of [parents, children, 'INSERT INTO z_parents VALUES (1)', 'INSERT INTO a_children VALUES (7, 1)'])
      await root.query(sql)
    for (const table of ['a_children', 'z_parents']) await done({ kind: 'database.archive', database: 'main', table })
    await done(statementOf('DROP TABLE a_children', { index: 1, of: 2 }))
    await done(statementOf('DROP TABLE z_parents', { index: 2, of: 2 }))
    for (const table of ['a_children', 'z_parents']) await done({ kind: 'database.seal', database: 'main', table })
    for (const sql of [parents, children]) await root.query(sql)
    const archives = await act.archives()
    if (!archives.ok) throw new Error(archives.fault.what)
    for (const { table } of archives.value)
      await done({ kind: 'database.put-back', database: 'main', run: 'r1', table }, 'r2')
    expect((await root.query('SELECT * FROM a_children'))[0]).toEqual([{ id: 7, parent: 1 }])
    expect(await act.conflicts({ ...context, run: 'r2' })).toEqual({ ok: true, value: [] })
  })

  async function done(command: DatabaseCommand, run = 'r1'): Promise<void> {
    expect((await applied(act, command, { ...context, run })).outcome).toMatchObject({ ok: true })
  }
})
