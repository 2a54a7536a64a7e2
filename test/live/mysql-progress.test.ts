import { setTimeout } from 'node:timers/promises'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct, Work } from '../../src/targets/databases/port.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { applied, configOf, context, makeAccounts, statementOf } from '../mariadb/shop.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct

const rows = 1_600_000
const patiently = { timeout: 30_000 }

describeWithMariaDb('a MySQL database at work for longer than a look', () => {
  beforeAll(async () => {
    server = await startMariaDb(['--innodb-buffer-pool-size=256M', '--general-log=OFF'])
    root = await server.root()
    await root.query('CREATE DATABASE shop')
    await makeAccounts(root, 'shop')
    await root.query('USE shop')
    await root.query('CREATE TABLE schema_migrations (version VARCHAR(20) PRIMARY KEY)')
    await root.query("INSERT INTO schema_migrations VALUES ('1'), ('2')")
    await root.query('CREATE TABLE big (id INT PRIMARY KEY, n INT NOT NULL, note VARCHAR(40))')
    await root.query(`INSERT INTO big SELECT seq, seq, CONCAT('note ', seq) FROM seq_1_to_${rows}`)
    await root.query('ANALYZE TABLE big')
    act = mysqlAct(configOf(server, 'shop'))
  }, 120_000)
  afterAll(async () => {
    await act?.close()
    await root?.end()
    await server?.remove()
  })

  test('tells of a copy which stage it is in, and never a time to go for a stage it does not tell of', async () => {
    const seen = await during(statementOf('ALTER TABLE big MODIFY n BIGINT NOT NULL, ADD INDEX (note)', { of: 3 }))
    const staged = seen.filter(({ part }) => part?.startsWith('stage 1 of 2') === true)
    expect(staged.map(({ percent }) => percent ?? 0).some(percent => percent > 1 && percent <= 100)).toBe(true)
    expect(staged.some(({ toGo }) => toGo !== undefined)).toBe(true)
    expect(seen.filter(({ part, toGo }) => part?.startsWith('stage 2') === true && toGo !== undefined)).toEqual([])
  })

  test('tells of a change in place how far it is, all of it', async () => {
    const seen = await during(statementOf('ALTER TABLE big ADD INDEX (n, note)', { index: 2, of: 3 }))
    const shares = seen.flatMap(({ percent, part }) => (percent === null || part !== undefined ? [] : [percent]))
    expect(shares.length).toBeGreaterThan(0)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  })

  test('tells how many of the rows are kept, and how long the others will take', async () => {
    const seen = await during({ kind: 'database.archive', database: 'main', table: 'big' })
    expect(seen.at(-1)?.what).toBe('archive big of main')
    expect(seen.some(({ rows: done = 0, percent }) => done > 0 && percent !== null && percent > 0)).toBe(true)
  })

  test('tells how far its sums are, which are many short statements', async () => {
    const seen = await during({ kind: 'database.sum', database: 'main', tables: ['big', 'schema_migrations'] })
    expect(seen.some(({ what, percent }) => what.startsWith('sum up') && percent !== null && percent > 0)).toBe(true)
  })

  test('sums nothing up while more threads run than may, says so, and goes on when they are fewer', async () => {
    // It has the lock.
    await act.close()
    const heeding = mysqlAct(configOf(server, 'shop', { maxLoad: 4 }))
    const busy = await Promise.all(Array.from({ length: 6 }, () => server.root()))
    const load = Promise.all(busy.map(one => one.query("SELECT BENCHMARK(1500000, SHA2('x', 512))")))
    const threads = async (): Promise<number> => {
      const [rows] = await root.query("SHOW GLOBAL STATUS LIKE 'Threads_running'")
      return Number((rows as { Value: string }[])[0]?.Value)
    }
    await expect.poll(threads, patiently).toBeGreaterThan(6)
    const lines: string[] = []
    const sum = { kind: 'database.sum', database: 'main', tables: ['big'] } as const
    const done = applied(heeding, sum, { ...context, run: 'r3' }, lines)
    const work = async (): Promise<Work | undefined> => {
      const pulse = await heeding.pulse()
      return pulse.ok ? pulse.value.works[0] : undefined
    }
    await expect
      .poll(work, patiently)
      .toMatchObject({ pauses: expect.stringMatching(/^waits: \d+ threads running, 4 allowed$/) })
    expect(lines.some(line => line.includes('summed up'))).toBe(false)
    await load
    expect((await done).outcome).toMatchObject({ ok: true })
    expect(lines.at(-2)).toBe('goes on')
    await Promise.all([heeding.close(), ...busy.map(one => one.end())])
  })

  test('tells what is settled of its proof while the rest is looked at', async () => {
    const slow = { name: 'slow', sql: 'SELECT SLEEP(2)', expect: 0 }
    const proving = mysqlAct(configOf(server, 'shop', { invariants: [slow] }))
    const prove = { kind: 'database.prove', database: 'main', fingerprint: '', migrations: ['1', '2'] } as const
    const done = proving.attempt(prove, context, () => undefined, AbortSignal.timeout(60_000))
    await expect
      .poll(async () => {
        const pulse = await proving.pulse()
        return pulse.ok ? pulse.value.works[0] : undefined
      }, patiently)
      .toMatchObject({ what: 'prove the schema and consistency of main', landed: ['ok   migrations applied: 1 2'] })
    await done
    await proving.close()
  })

  test('is at nothing when it is done', async () => {
    expect(await act.pulse()).toEqual({ ok: true, value: { works: [] } })
  })
})

/** What its pulse told while it was at it. */
async function during(command: DatabaseCommand): Promise<readonly Work[]> {
  const seen: Work[] = []
  let over = false
  const done = applied(act, command).finally(() => (over = true))
  while (!over) {
    const pulse = await act.pulse()
    if (pulse.ok) seen.push(...pulse.value.works)
    // Of transactions a server that is asked more often than ten times a second tells what it told before.
    await setTimeout(150)
  }
  expect((await done).outcome).toMatchObject({ ok: true })
  return seen
}
