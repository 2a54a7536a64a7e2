import { createConnection, type Connection } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { actSession } from '../../src/targets/databases/mysql/act/session.ts'
import { LinkLost } from '../../src/targets/databases/mysql/trouble.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { applied, configOf, context, openShop, statementOf } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { shop } from '../contract/databases.contract.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct
let database = ''
const opened: Connection[] = []

beforeAll(async () => void (server = await startMariaDb()))
afterAll(() => server.remove())
beforeEach(async () => {
  ;({ root, database, act } = await openShop(server, shop))
  await root.query('USE mysql')
})
afterEach(async () => {
  for (const connection of opened.splice(0)) connection.destroy()
  await act.close()
  await root.end()
})

describe('the fence around a MySQL database', () => {
  test('locks the writers, ends their sessions, and lets them in again', async () => {
    const writer = await connectAs(`writer_${database}`)
    const { outcome, lines } = await applied(act, fence())
    expect([outcome.ok, lines[0]]).toEqual([true, `writer_${database}@% locked`])
    await expect(writer.query('SELECT 1')).rejects.toThrow()
    await expect(connectAs(`writer_${database}`)).rejects.toThrow(/locked/)
    expect(await act.probe(fence(), context)).toMatchObject({ verdict: 'holds' })
    expect(await act.probe(unfence(), context)).toMatchObject({ verdict: 'not yet' })
    expect((await applied(act, unfence())).outcome).toMatchObject({ ok: true })
    expect(await act.probe(unfence(), context)).toMatchObject({ verdict: 'holds' })
    expect(await (await connectAs(`writer_${database}`)).query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('is not begun while somebody nobody declared is at the schema, who is named', async () => {
    await connectAs(`reader_${database}`)
    const { outcome } = await applied(act, fence())
    expect(outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.stranger', what: expect.stringContaining(`reader_${database}@`) },
    })
    expect(await (await connectAs(`writer_${database}`)).query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('knows a writer again whom a trigger lends the name of its definer, and ends its session too', async () => {
    await lendsName(`keeper_${database}`)
    const writer = await connectAs(`writer_${database}`)
    const writing = writer.query(`UPDATE ${database}.orders SET paid = 7 WHERE id = 1`)
    await lent(`keeper_${database}`)
    const { outcome, lines } = await applied(act, fence())
    expect(outcome, lines.join()).toMatchObject({ ok: true })
    await writing.catch(() => undefined)
    await expect(writer.query('SELECT 1')).rejects.toThrow()
  })

  test('does not take a writer for a reader, or for Astern, because a trigger lends it that name', async () => {
    await lendsName(`reader_${database}`)
    const writer = await connectAs(`writer_${database}`)
    const writing = writer.query(`UPDATE ${database}.orders SET paid = 7 WHERE id = 1`)
    await lent(`reader_${database}`)
    expect(await act.probe({ ...fence(), readers: [`reader_${database}@%`] }, context)).toMatchObject({
      says: expect.stringContaining(`reader_${database}@%`),
    })
    await writing
  })

  test('is not begun by an account that may not see who is there, and the right it lacks is named', async () => {
    await connectAs(`reader_${database}`)
    await root.query(`REVOKE PROCESS ON *.* FROM astern_${database}@'%'`)
    expect((await applied(act, fence())).outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.denied', detail: expect.stringContaining('PROCESS') },
    })
    expect(await act.probe(fence(), context)).not.toMatchObject({ verdict: 'holds' })
    expect(await (await connectAs(`writer_${database}`)).query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('is not begun where another account of a writer would let it in again, which is named', async () => {
    await root.query(`CREATE USER writer_${database}@'127.0.0.1'`)
    expect((await act.observe()).server?.sideDoors).toEqual([`writer_${database}@127.0.0.1`])
    const { outcome } = await applied(act, fence())
    expect(outcome).toMatchObject({
      ok: false,
      fault: { what: expect.stringContaining(`writer_${database}@127.0.0.1`) },
    })
    await root.query(`DROP USER writer_${database}@'127.0.0.1'`)
    expect(await (await connectAs(`writer_${database}`)).query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('locks nobody where one of the writers is no account of the server', async () => {
    const writers = [...fence().writers, 'nobody@%']
    const misspelt = mysqlAct(configOf(server, database, { writers }))
    expect((await misspelt.observe()).server?.missingWriters).toEqual(['nobody@%'])
    await misspelt.close()
    expect((await applied(act, { ...fence(), writers })).outcome).toMatchObject({
      ok: false,
      fault: { what: expect.stringContaining('nobody@%') },
    })
    expect(await (await connectAs(`writer_${database}`)).query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('opens for all others where one of the accounts is there no more', async () => {
    await root.query(`CREATE USER another_${database}@'%'`)
    await applied(act, { ...fence(), writers: [`another_${database}@%`, ...fence().writers] })
    await root.query(`DROP USER another_${database}@'%'`)
    expect((await applied(act, unfence())).outcome).toMatchObject({ ok: true })
    expect(await (await connectAs(`writer_${database}`)).query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('says what it has done where it fails in the middle', async () => {
    await root.query(`REVOKE CREATE USER ON *.* FROM astern_${database}@'%'`)
    const { outcome } = await applied(act, fence())
    expect(outcome).toMatchObject({ ok: false, fault: { means: expect.not.stringContaining('changed nothing') } })
  })

  test('lets declared readers stay', async () => {
    const reader = await connectAs(`reader_${database}`)
    const readers = [`reader_${database}@%`]
    expect((await applied(act, { ...fence(), readers })).outcome).toMatchObject({ ok: true })
    expect(await reader.query('SELECT COUNT(*) AS n FROM orders')).toMatchObject([[{ n: 3 }], {}])
  })

  test('leaves locked who was locked before, also when it is closed twice', async () => {
    await root.query(`ALTER USER writer_${database}@'%' ACCOUNT LOCK`)
    await applied(act, fence())
    await applied(act, fence())
    await applied(act, unfence())
    await expect(connectAs(`writer_${database}`)).rejects.toThrow(/locked/)
  })

  test('closed twice and opened once, lets those in that were let in before', async () => {
    await applied(act, fence())
    await applied(act, fence())
    await applied(act, unfence())
    expect(await (await connectAs(`writer_${database}`)).query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })
})

describe('a MySQL database at work', () => {
  test('is proven for as long as it takes: a minute is the limit of looks alone', async () => {
    const unlimited = { name: 'limit', sql: 'SELECT @@max_statement_time + 0', expect: 0 }
    const proving = mysqlAct(configOf(server, database, { invariants: [unlimited] }))
    const prove = { kind: 'database.prove', database: 'main', fingerprint: '', migrations: ['1', '2'] } as const
    const { signal } = new AbortController()
    expect(await proving.attempt(prove, context, () => undefined, signal)).toMatchObject({ ok: true })
    expect(await proving.cell(unlimited.sql)).toEqual({ ok: true, value: 60 })
    await proving.close()
  })

  test('is worked on by one Astern alone, which is named to the other', async () => {
    await applied(act, statementOf('UPDATE orders SET paid = 1'))
    const other = mysqlAct(configOf(server, database))
    const refused = (await applied(other, statementOf('UPDATE orders SET paid = 2'))).outcome
    expect(refused).toMatchObject({
      ok: false,
      fault: { code: 'database.held', what: expect.stringContaining(`astern_${database}@127.0.0.1`) },
    })
    await act.close()
    expect(
      (await applied(other, statementOf('UPDATE orders SET paid = 2'), { ...context, run: 'r2' })).outcome,
    ).toMatchObject({ ok: true })
    await other.close()
  })

  test('names who holds what a statement needs, having waited three times, and does it once they are gone', async () => {
    const other = await connectAs(`writer_${database}`)
    await other.query('START TRANSACTION')
    await other.query('SELECT * FROM notes')
    const down = statementOf('ALTER TABLE notes DROP COLUMN author')
    const { outcome, lines } = await applied(act, down)
    expect(outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.blocked', detail: expect.stringContaining(`writer_${database}@127.0.0.1`) },
    })
    expect(lines.filter(line => line.startsWith('waited for a lock'))).toHaveLength(3)
    expect(await act.probe(down, context)).toMatchObject({ verdict: 'not yet' })
    await other.query('COMMIT')
    expect((await applied(act, down)).outcome).toMatchObject({ ok: true })
  }, 40_000)

  test('names who holds rows that a statement changes, and has changed none of them meanwhile', async () => {
    const other = await connectAs(`writer_${database}`)
    await other.query('START TRANSACTION')
    await other.query('UPDATE orders SET paid = 1 WHERE id = 2')
    const down = statementOf('UPDATE orders SET paid = 7')
    const { outcome, lines } = await applied(act, down)
    expect(outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.blocked', detail: expect.stringContaining(`writer_${database}@127.0.0.1`) },
    })
    expect(lines.filter(line => line.startsWith('waited for a lock'))).toHaveLength(3)
    await other.query('ROLLBACK')
    const [rows] = await root.query(`SELECT COUNT(*) AS n FROM ${database}.orders WHERE paid = 7`)
    expect(rows).toEqual([{ n: 0 }])
    expect((await applied(act, down)).outcome).toMatchObject({ ok: true })
  }, 40_000)

  test('changes its schema in the gentlest way it takes, and says which', async () => {
    const gentle = await applied(act, statementOf('ALTER TABLE notes ADD COLUMN mood VARCHAR(10)', { index: 1, of: 2 }))
    expect(gentle.outcome).toMatchObject({ ok: true, says: 'the schema is changed (ALGORITHM=INSTANT)' })
    const copying = await applied(
      act,
      statementOf('ALTER TABLE notes MODIFY note TEXT CHARACTER SET latin1', { index: 2, of: 2 }),
    )
    expect(copying.outcome).toMatchObject({ ok: true, says: 'the schema is changed (as the server does it)' })
    expect(copying.lines.filter(line => line.startsWith('not '))).toHaveLength(2)
  })

  test('tells before anything stops which rights its account has not to keep the writers out', async () => {
    expect((await act.observe()).server).not.toHaveProperty('lacks')
    await root.query(`REVOKE CREATE USER, PROCESS ON *.* FROM astern_${database}@'%'`)
    const other = mysqlAct(configOf(server, database))
    expect((await other.observe()).server).toMatchObject({ lacks: ['PROCESS', 'CREATE USER'] })
    await other.close()
  })

  test('never gets half of a piece of work: when its session ends between two statements, none is sent on another', async () => {
    const session = actSession(configOf(server, database))
    const half = session.whole(async one => {
      await one.run('START TRANSACTION')
      await one.run('UPDATE orders SET paid = 7')
      const [me] = await one.rows('SELECT CONNECTION_ID() AS id')
      await root.query(`KILL CONNECTION ${String(me?.['id'])}`)
      await gone(Number(me?.['id']))
      await one.run('UPDATE orders SET paid = 8 WHERE id = 2')
      await one.run('COMMIT')
    })
    await expect(half).rejects.toMatchObject({ constructor: LinkLost, begun: true })
    expect(await session.rows('SELECT paid FROM orders WHERE paid IN (7, 8)')).toEqual([])
    await session.close()
  })

  test('has rows back without what a trigger once did by them, and the trigger again as it was', async () => {
    await root.query(`USE ${database}`)
    await root.query('CREATE TABLE seen (n INT PRIMARY KEY AUTO_INCREMENT)')
    await root.query('CREATE TRIGGER see AFTER INSERT ON notes FOR EACH ROW INSERT INTO seen VALUES ()')
    const before = (await act.observe()).fingerprint
    for (const command of [
      { kind: 'database.archive', database: 'main', table: 'notes' },
      statementOf('DELETE FROM notes WHERE order_id = 2'),
      { kind: 'database.seal', database: 'main', table: 'notes' },
    ] as const)
      expect((await applied(act, command)).outcome).toMatchObject({ ok: true })
    const undoing = { ...context, run: 'r2' }
    for (const kind of ['database.compare', 'database.put-back'] as const)
      expect(
        (await applied(act, { kind, database: 'main', run: 'r1', table: 'notes' }, undoing)).outcome,
      ).toMatchObject({ ok: true })
    const [rows] = await root.query('SELECT (SELECT COUNT(*) FROM notes) AS notes, (SELECT COUNT(*) FROM seen) AS seen')
    expect(rows).toEqual([{ notes: 3, seen: 0 }])
    await root.query("INSERT INTO notes VALUES (8, 'eight', NULL)")
    const [after] = await root.query('SELECT COUNT(*) AS seen FROM seen')
    expect([after, (await act.observe()).fingerprint]).toEqual([[{ seen: 1 }], before])
    await root.query('USE mysql')
  })

  test('is not believed to have nothing applied where another tool keeps that', async () => {
    await root.query(`ALTER TABLE ${database}.schema_migrations ADD COLUMN dirty TINYINT NOT NULL DEFAULT 0`)
    expect((await act.observe()).fault).toMatchObject({
      code: 'migration.wrong-tool',
      what: 'The manifest says that dbmate migrates main, but it has the table of golang-migrate',
    })
    await root.query(`RENAME TABLE ${database}.schema_migrations TO ${database}.flyway_schema_history`)
    expect((await act.observe()).fault).toMatchObject({ what: expect.stringContaining('the table of flyway') })
  })

  test('is proven the same where nothing was to change, and each table that is not is named', async () => {
    const tables = ['customers', 'notes', 'orders']
    expect((await applied(act, { kind: 'database.sum', database: 'main', tables })).outcome).toMatchObject({ ok: true })
    const proof = () =>
      act.attempt(
        { kind: 'database.unchanged', database: 'main', tables },
        context,
        () => undefined,
        AbortSignal.timeout(60_000),
      )
    expect(await proof()).toMatchObject({ ok: true, says: '3 tables that nothing was to change are as they were' })
    await root.query(`UPDATE ${database}.notes SET author = 'x' WHERE order_id = 1`)
    await root.query(`INSERT INTO ${database}.customers VALUES (7)`)
    expect(await proof()).toMatchObject({
      ok: false,
      fault: { code: 'database.changed' },
      observed: { tables: 3, misses: ['customers had 1 rows and has 2', 'notes has other values in its 3 rows'] },
    })
  })

  test('has what a script sets for itself set for its own statements alone', async () => {
    const session = ['SET FOREIGN_KEY_CHECKS = 0, @x = 7', 'SET SESSION sql_mode = ""']
    const orphan = statementOf('UPDATE orders SET customer_id = 99 + @x', { session, index: 1, of: 2 })
    expect((await applied(act, orphan)).outcome).toMatchObject({ ok: true })
    const next = statementOf('UPDATE orders SET customer_id = 98', { index: 2, of: 2 })
    expect((await applied(act, next)).outcome).toMatchObject({ ok: false, fault: { code: 'database.constraint' } })
  })

  test('tells which server it is, who is at it, and what keeps a change waiting', async () => {
    const stranger = await connectAs(`reader_${database}`)
    await stranger.query('START TRANSACTION')
    await stranger.query('SELECT * FROM notes')
    const { server: seen, ...fact } = await act.observe()
    expect(fact).toMatchObject({ fault: null, applied: ['1', '2'], rows: { customers: 1, notes: 3, orders: 3 } })
    expect(seen).toEqual({
      version: expect.stringContaining('MariaDB'),
      place: expect.stringMatching(new RegExp(`:${server.port}$`)),
      id: '1',
      readOnly: false,
      replicaOf: 'none',
      lagSeconds: 0,
      replicas: 0,
      strangers: [expect.stringContaining(`reader_${database}@127.0.0.1`)],
      long: [],
    })
  })
})

async function gone(id: number): Promise<void> {
  const there = 'SELECT id FROM information_schema.processlist WHERE id = ?'
  await expect.poll(() => root.query(there, [id]).then(([rows]) => rows)).toEqual([])
}

function fence() {
  return { kind: 'database.fence', database: 'main', writers: [`writer_${database}@%`], readers: [] } as const
}

function unfence() {
  return { kind: 'database.unfence', database: 'main' } as const
}

/** Who changes an order does so, for a while, by the name of this account, as the server shows it. */
async function lendsName(account: string): Promise<void> {
  await root.query(`CREATE USER IF NOT EXISTS ${account}@'%'`)
  await root.query(`GRANT ALL ON ${database}.* TO ${account}@'%'`)
  await root.query(
    `CREATE DEFINER = ${account}@'%' TRIGGER ${database}.lends BEFORE UPDATE ON ${database}.orders FOR EACH ROW SET NEW.paid = NEW.paid + SLEEP(0.7)`,
  )
}

async function lent(account: string): Promise<void> {
  await expect
    .poll(async () => (await root.query('SELECT user FROM information_schema.processlist'))[0], { interval: 20 })
    .toContainEqual({ user: account })
}

async function connectAs(user: string): Promise<Connection> {
  const connection = await createConnection({ host: '127.0.0.1', port: server.port, user, database })
  connection.on('error', () => undefined)
  opened.push(connection)
  return connection
}
