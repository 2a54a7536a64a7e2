import { createConnection, type Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Blocked, SeenSession } from '../../src/state/blocked.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { shop } from '../contract/databases.contract.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { applied, configOf, context, openShop, statementOf } from '../mariadb/shop.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct
let database = ''
const opened: Connection[] = []

const alter = statementOf('ALTER TABLE notes DROP COLUMN author')

describeWithMariaDb('a MySQL database whose statement waits for others', () => {
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

  test('names who may hold its table, has exactly those ended, and is done then', async () => {
    const [holder, bystander] = [await reads('notes'), await connectAs('reader')]
    const blocked = await blockedBy(alter)
    expect(blocked).toEqual({
      sessions: [
        {
          id: await idOf(holder),
          user: `writer_${database}`,
          host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
          server: expect.any(Number),
          transaction: expect.stringMatching(/^\d{4}-\d\d-\d\d /),
          transactionSeconds: expect.any(Number),
          command: 'Sleep',
          seconds: expect.any(Number),
          statement: null,
        },
      ],
    })
    expect((await ends(blocked.sessions)).outcome).toMatchObject({
      ok: true,
      says: `ended session ${blocked.sessions[0]?.id} of writer_${database}@${blocked.sessions[0]?.host}`,
    })
    await expect(holder.query('SELECT 1')).rejects.toThrow()
    expect(await bystander.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
    expect((await applied(act, alter)).outcome).toMatchObject({ ok: true })
  })

  test('names him alone who holds its rows, where the server says who does, and no values of what he runs', async () => {
    await reads('customers')
    const holder = await connectAs('writer')
    await holder.query('START TRANSACTION')
    await holder.query("UPDATE orders SET paid = 4711 WHERE id = 2 OR customer_id = '4711'")
    const running = holder.query('SELECT SLEEP(60), 4711').catch(() => undefined)
    const blocked = await blockedBy(statementOf('UPDATE orders SET paid = 7'))
    expect(blocked.sessions).toMatchObject([{ id: await idOf(holder), holds: true, statement: 'SELECT SLEEP(?), ?' }])
    expect(JSON.stringify(blocked)).not.toContain('4711')
    await ends(blocked.sessions)
    await running
  })

  test('leaves one alone that has ended its transaction and begun another since it was seen', async () => {
    const holder = await reads('notes')
    const { sessions } = await blockedBy(alter)
    await holder.query('COMMIT')
    const [[now]] = (await root.query('SELECT NOW() AS now')) as unknown as [[{ now: Date }]]
    await expect.poll(async () => secondsSince(now.now)).toBeGreaterThan(0)
    await holder.query('START TRANSACTION')
    await holder.query('SELECT * FROM notes')
    expect((await ends(sessions)).outcome).toMatchObject({
      ok: true,
      says: 'ended nobody; 1 had gone, or gone on, by then and was left alone',
    })
    expect(await holder.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('ends nobody who has the number of one that was seen, at another address or before the server began again', async () => {
    const holder = await reads('notes')
    const { sessions } = await blockedBy(alter)
    const others = sessions.flatMap(one => [
      { ...one, host: '127.0.0.1:1' },
      { ...one, server: one.server - 60 },
      { ...one, user: 'another' },
    ])
    expect((await ends(others)).outcome).toMatchObject({ says: expect.stringMatching(/^ended nobody; 3 had gone/) })
    expect(await holder.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('never ends a session of its own accounts, whoever asks', async () => {
    const own = await connectAs('astern')
    await own.query('START TRANSACTION')
    await own.query('SELECT * FROM notes')
    const { sessions } = await blockedBy(alter)
    expect(sessions).toMatchObject([{ id: await idOf(own), stays: 'of Astern' }])
    expect((await ends(sessions.map(asAnyones))).outcome).toMatchObject({
      says: expect.stringContaining('ended nobody'),
    })
    expect(await own.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  test('tells while it waits for whom, and goes on by itself when that one is ended meanwhile', async () => {
    await reads('notes')
    const patient = mysqlAct({ ...configOf(server, database), lockWaitSeconds: 20 })
    const lines: string[] = []
    const done = applied(patient, alter, context, lines)
    const waitsFor = async (): Promise<Blocked | undefined> => {
      const pulse = await patient.pulse()
      return pulse.ok ? pulse.value.works[0]?.waitsFor : undefined
    }
    // Of transactions a server that is asked more often than ten times a second tells what it told before.
    await expect
      .poll(waitsFor, { timeout: 10_000, interval: 150 })
      .toMatchObject({ sessions: [{ user: `writer_${database}` }] })
    await expect.poll(() => lines).toContainEqual(expect.stringMatching(/^waits for session \d+ of writer_/))
    expect((await ends((await waitsFor())?.sessions ?? [])).outcome).toMatchObject({ ok: true })
    expect((await done).outcome).toMatchObject({ ok: true })
    await patient.close()
  })

  test('says which right its account has not to end anybody, in the plan and where it waits', async () => {
    await root.query(`REVOKE CONNECTION ADMIN, SUPER ON *.* FROM astern_${database}@'%'`)
    const without = `The account astern_${database} may not end others' sessions: GRANT CONNECTION ADMIN ON *.* TO 'astern_${database}'@'%'`
    expect((await act.observe()).server?.cannotEnd).toBe(without)
    const holder = await reads('notes')
    const { sessions, cannotEnd } = await blockedBy(alter)
    expect(cannotEnd).toBe(without)
    expect((await ends(sessions)).outcome).toMatchObject({ ok: false, fault: { code: 'database.denied' } })
    expect(await holder.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
    await root.query(`GRANT CONNECTION ADMIN ON *.* TO astern_${database}@'%'`)
    expect((await ends(sessions)).outcome).toMatchObject({ ok: true, says: expect.stringContaining('ended session') })
  })

  test('has a stranger ended, and the fence closed then', async () => {
    await connectAs('reader')
    const fence = { kind: 'database.fence', database: 'main', writers: [`writer_${database}@%`], readers: [] } as const
    const { outcome } = await applied(act, fence)
    if (outcome.ok) throw new Error('the fence was closed')
    const { sessions = [] } = outcome.fault.blocked ?? {}
    expect(sessions).toMatchObject([{ user: `reader_${database}`, transaction: null }])
    expect((await ends(sessions)).outcome).toMatchObject({ ok: true })
    expect((await applied(act, fence)).outcome).toMatchObject({ ok: true })
  })

  test('keeps every row of a table although another, kept at the same time, waits in vain', async () => {
    const holder = await connectAs('writer')
    await holder.query('START TRANSACTION')
    await holder.query('UPDATE orders SET paid = 1 WHERE id = 2')
    const kept = { kind: 'database.archive', database: 'main', table: 'notes' } as const
    const refused = { ...kept, table: 'orders' }
    const [one, other] = await Promise.all([applied(act, kept), applied(act, refused)])
    expect([one.outcome, other.outcome]).toMatchObject([
      { ok: true, says: '3 rows of notes kept' },
      { ok: false, fault: { code: 'database.blocked', blocked: { sessions: [{ holds: true }] } } },
    ])
    const [rows] = await root.query(`SELECT COUNT(*) AS n FROM ${database}._astern_r1_notes`)
    expect(rows).toEqual([{ n: 3 }])
  })

  test('is told by looking, after a crash, whether those it was to end are gone', async () => {
    const holder = await reads('notes')
    const { sessions } = await blockedBy(alter)
    const end = { kind: 'database.end', database: 'main', sessions } as const
    expect(await act.probe(end, context)).toMatchObject({ verdict: 'not yet' })
    await holder.end()
    await expect.poll(() => act.probe(end, context)).toMatchObject({ verdict: 'holds' })
  })
})

describeWithMariaDb('a MySQL server that tells more of who holds a table', () => {
  let telling: MariaDb
  let act: DatabaseAct
  let root: Connection
  let database = ''
  beforeAll(async () => {
    const watched = '--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON'
    telling = await startMariaDb(['--performance-schema=ON', watched])
    ;({ root, database, act } = await openShop(telling, shop))
    await root.query(`GRANT SELECT ON performance_schema.* TO astern_${database}@'%'`)
    await root.query('USE mysql')
  })
  afterAll(async () => {
    await act?.close()
    await root?.end()
    await telling?.remove()
  })

  test('names the holder alone, and none of the others with transactions open', async () => {
    const [holder, bystander] = await Promise.all([telling.root(database), telling.root(database)])
    await holder.query('START TRANSACTION')
    await holder.query('SELECT * FROM notes')
    await bystander.query('START TRANSACTION')
    await bystander.query('SELECT * FROM orders')
    const { outcome } = await applied(act, alter)
    expect(outcome).toMatchObject({ fault: { blocked: { sessions: [{ id: holder.threadId, holds: true }] } } })
    await Promise.all([holder.end(), bystander.end()])
  })

  test('names, where its plugin alone tells, whoever holds something at this schema, though no transaction', async () => {
    await root.query("INSTALL SONAME 'metadata_lock_info'")
    await root.query(`REVOKE SELECT ON performance_schema.* FROM astern_${database}@'%'`)
    const [holder, elsewhere] = await Promise.all([telling.root(database), telling.root('mysql')])
    await holder.query('LOCK TABLES notes READ')
    await elsewhere.query('START TRANSACTION')
    await elsewhere.query('SELECT COUNT(*) FROM innodb_table_stats')
    const { outcome } = await applied(act, alter)
    if (outcome.ok) throw new Error('nobody held it up')
    const { sessions = [] } = outcome.fault.blocked ?? {}
    expect(sessions.map(({ id, holds }) => [id, holds])).toEqual([[holder.threadId, undefined]])
    await Promise.all([holder.end(), elsewhere.end()])
  })
})

async function blockedBy(command: ReturnType<typeof statementOf>): Promise<Blocked> {
  const { outcome } = await applied(act, command)
  if (outcome.ok || outcome.fault.blocked === undefined) throw new Error('nobody held it up')
  return outcome.fault.blocked
}

function ends(sessions: readonly SeenSession[]) {
  return applied(act, { kind: 'database.end', database: 'main', sessions })
}

/** As somebody would name it who did not see whose it is. */
function asAnyones(seen: SeenSession): SeenSession {
  return Object.fromEntries(Object.entries(seen).filter(([name]) => name !== 'stays')) as SeenSession
}

/** In a transaction that stays open. */
async function reads(table: string): Promise<Connection> {
  const connection = await connectAs('writer')
  await connection.query('START TRANSACTION')
  await connection.query(`SELECT * FROM ${table}`)
  return connection
}

async function connectAs(who: 'astern' | 'writer' | 'reader'): Promise<Connection> {
  const connection = await createConnection({
    host: '127.0.0.1',
    port: server.port,
    user: `${who}_${database}`,
    database,
  })
  connection.on('error', () => undefined)
  opened.push(connection)
  return connection
}

async function idOf(connection: Connection): Promise<number> {
  return connection.threadId
}

async function secondsSince(then: Date): Promise<number> {
  const [rows] = await root.query('SELECT TIMESTAMPDIFF(SECOND, ?, NOW()) AS seconds', [then])
  return Number((rows as { seconds: number }[])[0]?.seconds)
}
