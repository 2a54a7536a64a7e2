import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from 'mysql2/promise'
import type { MysqlDatabase } from '../../src/state/manifest.ts'
import type { RehearsalCommand } from '../../src/state/rehearsal-command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { sumTables } from '../../src/targets/databases/mysql/sums/sum.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { queryOf } from '../mariadb/query.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { configOf, context, makeAccounts, statementOf } from '../mariadb/shop.ts'

/** Every kind of value and object that a copy could lose something of. */
const odd = [
  'CREATE TABLE customers (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) CHARACTER SET latin1 NOT NULL, size ENUM("s","m","ü") CHARACTER SET utf8mb4, tags SET("a","b")) CHARACTER SET utf8mb4',
  'CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL, note TEXT, total DECIMAL(20,6), twice DECIMAL(21,6) AS (total * 2) STORED, CONSTRAINT theirs FOREIGN KEY (customer_id) REFERENCES customers (id))',
  'CREATE TABLE odd (a BIGINT UNSIGNED, b BINARY(4), f FLOAT, d DOUBLE, bits BIT(9), t TIMESTAMP(6) NULL, day DATE, clock TIME(3), y YEAR, j JSON, g POINT, u UUID, i INET6, bytes LONGBLOB, words LONGTEXT, PRIMARY KEY (a, b))',
  'CREATE TABLE keyless (what VARCHAR(30), n INT)',
  'CREATE TABLE schema_migrations (version VARCHAR(255) PRIMARY KEY)',
  'CREATE TABLE log (n INT)',
  'CREATE VIEW rich AS SELECT id, total FROM orders WHERE total > 10',
  'CREATE FUNCTION shout(t TEXT) RETURNS TEXT DETERMINISTIC RETURN UPPER(t)',
  'CREATE TRIGGER count_orders AFTER INSERT ON orders FOR EACH ROW INSERT INTO log VALUES (NEW.id)',
  'CREATE EVENT tick ON SCHEDULE EVERY 1 HOUR DO INSERT INTO log VALUES (-1)',
  "INSERT INTO customers (name, size, tags) VALUES ('Ana', 's', 'a,b'), (_latin1 x'4ae46e', 'ü', ''), ('', NULL, NULL)",
  "INSERT INTO orders (customer_id, note, total) SELECT 1 + seq % 3, IF(seq % 5 = 0, NULL, CONCAT('it''s \\\\ ', seq)), seq / 7 FROM seq_1_to_5000",
  "INSERT INTO odd VALUES (18446744073709551615, x'00ff0010', 0.1, 1e-300, b'101010101', '2026-03-29 01:30:00.123456', '0000-00-00', '-12:00:00.5', 1999, '{\"a\": 1}', ST_GeomFromText('POINT(1 2)'), UUID(), '::1', x'0001ff', REPEAT('ü', 100000)), (1, x'01', 3.4e38, -0.1, b'0', NULL, '2026-11-27', NULL, NULL, NULL, NULL, NULL, NULL, '', '')",
  "INSERT INTO keyless VALUES ('a', 1), ('a', 1), (NULL, NULL)",
  "INSERT INTO schema_migrations VALUES ('1'), ('2')",
]
const tables = ['customers', 'orders', 'odd', 'keyless', 'schema_migrations', 'log']

describeWithMariaDb('a rehearsal on a clone', () => {
  let live: MariaDb
  let other: MariaDb
  let root: Connection
  let there: Connection
  const open: DatabaseAct[] = []
  beforeAll(async () => {
    live = await startMariaDb(['--event-scheduler=ON'])
    other = await startMariaDb(['--event-scheduler=ON', '--log-bin-trust-function-creators=1'])
    root = await live.root()
    await root.query('CREATE DATABASE shop CHARACTER SET utf8mb4')
    await makeAccounts(root, 'shop')
    await root.query('GRANT EXECUTE, TRIGGER, EVENT ON shop.* TO reader_shop@`%`')
    await root.query("SET SESSION sql_mode = ''")
    await root.query('USE shop')
    for (const sql of odd) await root.query(sql)
    there = await other.root()
    await there.query("CREATE USER rehearsal@'%'")
    await there.query("GRANT ALL ON `\\_astern\\_rehearsal\\_%`.* TO rehearsal@'%'")
  })
  afterAll(async () => {
    await Promise.all(open.map(act => act.close()))
    await Promise.all([root, there].map(connection => connection?.end()))
    await Promise.all([live, other].map(server => server?.remove()))
  })

  const rehearsal = (server: MariaDb, more: Partial<NonNullable<MysqlDatabase['rehearsal']>> = {}) => ({
    rehearsal: {
      server: { kind: 'tcp', host: '127.0.0.1', port: server.port, tls: null },
      account: { user: 'rehearsal', password: null },
      rows: 'all',
      ...more,
    } as const,
    reader: { user: 'reader_shop', password: null },
  })
  const adapter = (
    server: MariaDb,
    more: Partial<NonNullable<MysqlDatabase['rehearsal']>> = {},
    of: Partial<MysqlDatabase> = {},
  ): DatabaseAct => {
    const act = mysqlAct(configOf(live, 'shop', { ...rehearsal(server, more), ...of }))
    open.push(act)
    return act
  }
  const tried = async (act: DatabaseAct, command: RehearsalCommand, lines: string[] = []) =>
    act.attempt(command, context, line => lines.push(line), new AbortController().signal)
  const clone = { kind: 'database.clone', database: 'main', clone: 'r1', rows: 'all' } as const
  const unclone = { kind: 'database.unclone', database: 'main', clone: 'r1' } as const
  const rehearse = (sql: string, migration = '2') => {
    const statement = statementOf(sql, { migration })
    return { kind: 'database.rehearse', database: 'main', clone: 'r1', statement } as const
  }
  const clones = async (): Promise<readonly string[]> => {
    const [rows] = await there.query("SHOW DATABASES LIKE '\\_astern%'")
    return (rows as object[]).map(row => String(Object.values(row)[0]))
  }

  test('has every row, value and object of what serves, which is only read', async () => {
    const act = adapter(other)
    const { fingerprint } = await act.observe()
    await live.forgetLog()
    const lines: string[] = []
    const made = await tried(act, clone, lines)
    expect([made, lines.join('\n')]).toMatchObject([
      { ok: true, observed: { fingerprint, whole: true } },
      expect.anything(),
    ])
    expect(await clones()).toEqual(['_astern_rehearsal_r1'])
    const sums = async (connection: Connection, database: string) =>
      (await sumTables(queryOf(connection), tables, { database })).sums
    expect(await sums(there, '_astern_rehearsal_r1')).toEqual(await sums(root, 'shop'))
    const ours = (await live.log()).filter(
      ({ account, kind }) => account !== 'root' && kind !== 'Connect' && kind !== 'Quit',
    )
    const others = ours.filter(
      ({ kind, sql }) => kind === 'Query' && !/^(?:SELECT|SHOW|SET SESSION|SET NAMES|EXPLAIN|USE)\b/i.test(sql),
    )
    expect(others).toEqual([])
    expect(
      ours.some(({ account, sql }) => account.startsWith('reader_shop') && sql.includes('FROM `shop`.`orders`')),
    ).toBe(true)
    await tried(act, unclone)
  })

  test('waits while the server that serves is busier than it may be: 25 threads running, or what the manifest says', async () => {
    const busy = await Promise.all(Array.from({ length: 30 }, () => live.root()))
    const sleeping = busy.map(one => one.query('SELECT SLEEP(600)').catch(() => null))
    const running = async (): Promise<number> => {
      const [rows] = await root.query("SHOW GLOBAL STATUS LIKE 'Threads_running'")
      return Number((rows as { Value: string }[])[0]?.Value)
    }
    await expect.poll(running).toBeGreaterThan(30)
    const allowed: string[] = []
    const patient = adapter(other, {}, { maxLoad: 1000 })
    expect(await tried(patient, clone, allowed)).toMatchObject({ ok: true })
    expect(await tried(patient, unclone)).toMatchObject({ ok: true })
    const waited: string[] = []
    const act = adapter(other)
    const going = tried(act, clone, waited)
    await expect
      .poll(() => waited.join('\n'))
      .toMatch(/^the server that serves: waits: \d+ threads running, 25 allowed$/m)
    for (const { threadId } of busy) await root.query(`KILL ${threadId}`)
    expect(await going).toMatchObject({ ok: true })
    await Promise.all(sleeping)
    for (const one of busy) one.destroy()
    expect([waited.includes('goes on'), allowed.filter(line => line.includes('waits'))]).toEqual([true, []])
    await tried(act, unclone)
  })

  test('runs a statement as it would be run, with its time, and with what refuses it', async () => {
    const act = adapter(other)
    await tried(act, clone)
    expect(await tried(act, rehearse('ALTER TABLE orders DROP COLUMN note'))).toMatchObject({
      ok: true,
      observed: { ms: expect.any(Number) },
    })
    expect(await tried(act, rehearse('ALTER TABLE customers MODIFY size ENUM("s") NOT NULL', '1'))).toMatchObject({
      ok: false,
      fault: { code: 'database.value' },
    })
    expect(await tried(act, rehearse('ALTER TABLE `Shop`.orders DROP COLUMN total', '0'))).toMatchObject({
      ok: false,
      fault: { code: 'rehearsal.names-schema' },
    })
    const { fingerprint } = await act.observe()
    const reached = await tried(act, { kind: 'database.reached', database: 'main', clone: 'r1' })
    expect(reached).toMatchObject({
      ok: true,
      observed: { fingerprint: expect.not.stringContaining(fingerprint ?? '') },
    })
    expect(await tried(act, unclone)).toMatchObject({ ok: true })
    expect(await clones()).toEqual([])
  })

  test('finds what one that was killed left behind, by its lock, and drops it before the next', async () => {
    const first = adapter(other)
    await tried(first, { ...clone, clone: 'left' })
    const second = adapter(other)
    expect(await second.clones('shop')).toMatchObject({
      ok: true,
      value: [{ name: '_astern_rehearsal_left', by: 'r1', inUse: true }],
    })
    await first.close()
    expect(await second.clones('shop')).toMatchObject({ ok: true, value: [{ inUse: false }] })
    expect(await second.clones('another shop')).toEqual({ ok: true, value: [] })
    await tried(second, clone)
    expect(await clones()).toEqual(['_astern_rehearsal_r1'])
    await tried(second, unclone)
  })

  test('of fewer rows has the newest of each table, and says that it is not whole', async () => {
    const act = adapter(other, { rows: 10 })
    expect(await tried(act, { ...clone, rows: 10 })).toMatchObject({ ok: true, observed: { whole: false } })
    const [rows] = await there.query('SELECT MIN(id) AS least, COUNT(*) AS n FROM _astern_rehearsal_r1.orders')
    expect(rows).toEqual([{ least: 4991, n: 10 }])
    const [versions] = await there.query('SELECT COUNT(*) AS n FROM _astern_rehearsal_r1.schema_migrations')
    expect(versions).toEqual([{ n: 2 }])
    await tried(act, unclone)
  })

  test('is refused on the very server that serves, however it is named, unless that is meant', async () => {
    await root.query("CREATE USER IF NOT EXISTS rehearsal@'%'")
    await root.query("GRANT ALL ON `\\_astern\\_rehearsal\\_%`.* TO rehearsal@'%'")
    const socket = { server: { kind: 'socket', path: live.socket } } as const
    expect(await tried(adapter(live, socket), clone)).toMatchObject({
      ok: false,
      fault: { code: 'rehearsal.same-server' },
    })
    await root.query("GRANT SELECT, UPDATE (note) ON shop.orders TO rehearsal@'%'")
    const meant = adapter(live, { sameServer: true })
    expect(await tried(meant, clone)).toMatchObject({
      ok: false,
      fault: { code: 'rehearsal.rights', what: expect.stringContaining('UPDATE on `shop`.`orders`') },
    })
    await root.query("REVOKE UPDATE (note) ON shop.orders FROM rehearsal@'%'")
    await root.query('SET GLOBAL log_bin_trust_function_creators = 1')
    expect(await tried(meant, clone)).toMatchObject({ ok: true })
    expect(await tried(meant, rehearse('UPDATE orders SET note = NULL'))).toMatchObject({ ok: true })
    const [rows] = await root.query('SELECT COUNT(note) AS n FROM shop.orders')
    expect(rows).toEqual([{ n: 4000 }])
    await tried(meant, unclone)
  })
})
