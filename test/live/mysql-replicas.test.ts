import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Facts } from '../../src/state/facts.ts'
import type { Manifest } from '../../src/state/manifest.ts'
import { serverBlockers } from '../../src/state/planner/servers.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { seenNow } from '../../src/targets/databases/mysql/blockers.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { queryOf } from '../mariadb/query.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { applied, configOf, context, makeAccounts, statementOf } from '../mariadb/shop.ts'

const patiently = { timeout: 60_000 }

describeWithMariaDb('a database that another server replicates and readers read from', () => {
  let primary: MariaDb
  let replica: MariaDb
  let root: Connection
  let there: Connection
  let act: DatabaseAct
  beforeAll(async () => {
    ;[primary, replica] = await Promise.all([startMariaDb(), startMariaDb(['--server-id=2'])])
    root = await primary.root()
    await root.query("CREATE USER repl@'%'")
    await root.query("GRANT REPLICATION SLAVE ON *.* TO repl@'%'")
    await root.query('CREATE DATABASE shop')
    await makeAccounts(root, 'shop')
    await root.query('USE shop')
    await root.query('CREATE TABLE schema_migrations (version VARCHAR(20) PRIMARY KEY)')
    await root.query("INSERT INTO schema_migrations VALUES ('1'), ('2')")
    await root.query('CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(40))')
    there = await replica.root()
    await there.query(
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.port}, MASTER_USER = 'repl', MASTER_LOG_FILE = 'binlog.000001', MASTER_LOG_POS = 4`,
    )
  })
  beforeEach(async () => {
    await there.query('START SLAVE')
    const replicas = [{ kind: 'tcp', host: '127.0.0.1', port: replica.port, tls: null }] as const
    act = mysqlAct(configOf(primary, 'shop', { replicas, maxLagMs: 1000 }))
    await expect.poll(lag, patiently).toBe(0)
  })
  afterEach(async () => {
    await there.query('UNLOCK TABLES')
    await act.close()
  })
  afterAll(async () => {
    await root?.end()
    await there?.end()
    await Promise.all([primary?.remove(), replica?.remove()])
  })

  test('is seen to be followed, and how far each replica is behind', async () => {
    expect(await following()).toEqual([{ place: `127.0.0.1:${replica.port}`, seconds: 0, amiss: null }])
    await there.query('STOP SLAVE')
    expect(await following()).toMatchObject([{ seconds: null, amiss: 'its replication stands still' }])
  })

  test('is not reversed on its replica, nor where it takes no writes', async () => {
    const blockers = async (server: MariaDb): Promise<readonly string[]> => {
      const config = configOf(server, 'shop')
      const looking = mysqlAct(config)
      const facts = { databases: { main: await looking.observe() } } as unknown as Facts
      await looking.close()
      const manifest = { databases: { main: config.database } } as unknown as Manifest
      return serverBlockers(facts, manifest, ['main'])
    }
    expect(await blockers(primary)).toEqual([])
    expect(await blockers(replica)).toEqual([
      expect.stringMatching(new RegExp(`^main: the server .+:${replica.port} is a replica of 127\\.0\\.0\\.1\\. `)),
    ])
    await root.query('SET GLOBAL read_only = ON')
    expect(await blockers(primary)).toEqual([expect.stringMatching(/^main: the server .+ is read-only\. /)])
    await root.query('SET GLOBAL read_only = OFF')
  })

  test('is not fenced, and nothing begun, on a server that has become a replica or read-only since the plan was made', async () => {
    const fence = { kind: 'database.fence', database: 'main', writers: ['writer_shop@%'], readers: [] } as const
    const refused = async (server: MariaDb) => {
      const there = mysqlAct(configOf(server, 'shop'))
      const { outcome, lines } = await applied(there, fence)
      await there.close()
      expect([outcome.ok, lines]).toEqual([false, []])
      return outcome.ok ? null : outcome.fault
    }
    expect(await refused(replica)).toMatchObject({
      code: 'database.wrong-server',
      what: expect.stringContaining(`:${replica.port} of database main is a replica of 127.0.0.1`),
    })
    const meant = mysqlAct(configOf(replica, 'shop', { replica: true }))
    expect((await applied(meant, fence)).outcome).toMatchObject({ ok: true })
    expect((await applied(meant, { kind: 'database.unfence', database: 'main' })).outcome).toMatchObject({ ok: true })
    await meant.close()
    await root.query('SET GLOBAL read_only = ON')
    const fault = await refused(primary).finally(() => root.query('SET GLOBAL read_only = OFF'))
    expect(fault).toMatchObject({ code: 'database.wrong-server', what: expect.stringContaining('is read-only') })
  })

  test('never has the session ended by which it is replicated, whoever asks', async () => {
    const seen = (await seenNow(queryOf(root), configOf(primary, 'shop'))).filter(({ user }) => user === 'repl')
    expect(seen).toMatchObject([{ command: expect.stringMatching(/^Binlog Dump/), stays: 'of the server' }])
    const end = { kind: 'database.end', database: 'main', sessions: seen } as const
    expect((await applied(act, end)).outcome).toMatchObject({ says: expect.stringContaining('ended nobody') })
    expect((await seenNow(queryOf(root), configOf(primary, 'shop'))).map(({ id }) => id)).toContain(seen[0]?.id)
  })

  test('gets nothing more while a replica is far behind, and goes on when it follows', async () => {
    await fallBehind()
    const lines: string[] = []
    const going = applied(act, statementOf("UPDATE orders SET note = 'back'"), context, lines)
    await expect.poll(() => lines.join('\n'), patiently).toMatch(/replicas: 127\.0\.0\.1:\d+ is \d+ s behind/)
    expect(await act.pulse()).toMatchObject({
      value: { works: [{ pauses: expect.stringMatching(/^waits: 127\.0\.0\.1:\d+ is \d+ s behind, 1 s allowed$/) }] },
    })
    const [rows] = await root.query("SELECT COUNT(*) AS n FROM orders WHERE note = 'back'")
    expect(rows).toEqual([{ n: 0 }])
    await there.query('UNLOCK TABLES')
    expect((await going).outcome).toMatchObject({ ok: true })
    expect(lines.filter(line => line.startsWith('replicas:')).at(-1)).toBe('replicas: they follow')
  })

  test('does not wait for a replica that replicates no more, and says so', async () => {
    await there.query('STOP SLAVE')
    const { outcome, lines } = await applied(act, statementOf("UPDATE orders SET note = 'on'", { migration: '1' }))
    expect([outcome.ok, lines[0]]).toEqual([true, `replicas: 127.0.0.1:${replica.port}: its replication stands still`])
  })

  test('lets readers come again only when each replica has all that was done, or says which has not', async () => {
    await fallBehind()
    const follow = { kind: 'database.follow', database: 'main' } as const
    const lines: string[] = []
    const ending = new AbortController()
    const wanting = act.attempt(follow, context, line => lines.push(line), ending.signal)
    await expect.poll(() => lines.length, patiently).toBeGreaterThan(0)
    ending.abort()
    expect(await wanting).toMatchObject({
      ok: false,
      fault: { code: 'database.behind', what: expect.stringContaining('has not all of it yet') },
    })
    const waiting = act.attempt(follow, context, () => undefined, AbortSignal.timeout(60_000))
    await there.query('UNLOCK TABLES')
    expect(await waiting).toMatchObject({ ok: true, says: '1 replicas have all of it' })
  })

  async function lag(): Promise<number> {
    return (await following())[0]?.seconds ?? -1
  }

  async function following() {
    const { server } = await act.observe()
    return server?.following ?? []
  }

  /** Its reads are locked, so that what is replicated waits. */
  async function fallBehind(): Promise<void> {
    await there.query('FLUSH TABLES WITH READ LOCK')
    await root.query("INSERT INTO orders VALUES ((SELECT COALESCE(MAX(o.id), 0) + 1 FROM orders o), 'new')")
    await root.query(
      'CREATE TABLE IF NOT EXISTS _astern_marks (run VARCHAR(64) NOT NULL, mark VARCHAR(250) NOT NULL, done TINYINT NOT NULL, fp CHAR(32), at VARCHAR(30) NOT NULL, PRIMARY KEY (run, mark))',
    )
    await root.query(`REPLACE INTO _astern_marks VALUES ('r1', 'one of these', 1, NULL, '${new Date().toISOString()}')`)
    await expect.poll(lag, patiently).toBeGreaterThan(1)
  }
})
