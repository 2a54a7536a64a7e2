import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/targets/databases/mysql/act/transaction.ts'
import { actSession } from '../../src/targets/databases/mysql/act/session.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { applied, configOf, context, openShop, statementOf } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { shop } from '../contract/databases.contract.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct
let database = ''

beforeAll(async () => void (server = await startMariaDb()))
afterAll(() => server.remove())
beforeEach(async () => {
  ;({ root, database, act } = await openShop(server, shop))
})
afterEach(async () => {
  await act.close()
  await root.end()
})

/** A server that was still committing when it was looked at: the marker comes to be seen only once the session has ended. */
describe('a command that was carried out before whoever looked could see it', () => {
  test('changes no row a second time', async () => {
    const down = statementOf('UPDATE orders SET paid = paid + 1')
    await applied(act, down)
    expect((await applied(act, down)).outcome).toMatchObject({ ok: true })
    expect(await one('SELECT MAX(paid) AS n FROM orders')).toBe(1)
  })

  test('keeps what it had kept of a table, whatever became of that since', async () => {
    const archive = { kind: 'database.archive', database: 'main', table: 'notes' } as const
    await applied(act, archive)
    await root.query('DELETE FROM notes')
    expect((await applied(act, archive)).outcome).toMatchObject({ ok: true })
    expect(await one('SELECT COUNT(*) AS n FROM _astern_r1_notes')).toBe(3)
  })

  test('writes once into the book of its tool', async () => {
    const up = statementOf('ALTER TABLE notes ADD COLUMN mood INT', { direction: 'up', migration: '3' })
    await applied(act, up)
    expect((await applied(act, up)).outcome).toMatchObject({ ok: true })
    expect(await one("SELECT COUNT(*) AS n FROM schema_migrations WHERE version = '3'")).toBe(1)
  })
})

test('statements of a migration with a very long name are told apart, whatever the mode of the server', async () => {
  await root.query("SET GLOBAL sql_mode = ''")
  const migration = `changelog/${'deep/'.repeat(60)}1::ana`
  const book = [] as const
  const [first, second] = [1, 2].map(index =>
    statementOf('UPDATE orders SET paid = paid + 1', { migration, index, of: 3, book }),
  )
  for (const one of [first, second]) if (one !== undefined) await applied(act, one)
  await root.query('SET GLOBAL sql_mode = DEFAULT')
  expect(await one('SELECT MAX(paid) AS n FROM orders')).toBe(2)
  expect(first === undefined ? null : await act.probe(first, context)).toMatchObject({ verdict: 'holds' })
})

describe('a transaction', () => {
  test('is taken back whatever broke it, and nothing that comes after commits it', async () => {
    const session = actSession(configOf(server, database))
    const broken = inTransaction(session, async () => {
      await session.run('UPDATE orders SET paid = 9')
      throw new Error('the disk is full')
    })
    await expect(broken).rejects.toThrow('the disk is full')
    await session.run('CREATE TABLE more (id INT)')
    await session.close()
    expect(await one('SELECT MAX(paid) AS n FROM orders')).toBe(0)
  })

  test('holds what a procedure does as well, with its marker', async () => {
    await root.query('CREATE PROCEDURE pay() UPDATE orders SET paid = paid + 1')
    await root.query("CREATE TRIGGER stop BEFORE INSERT ON schema_migrations FOR EACH ROW SIGNAL SQLSTATE '45000'")
    const up = statementOf('CALL pay()', { direction: 'up', migration: '3' })
    expect((await applied(act, up)).outcome).toMatchObject({ ok: false })
    expect(await one('SELECT MAX(paid) AS n FROM orders')).toBe(0)
  })
})

async function one(sql: string): Promise<number> {
  const [found] = await root.query(sql)
  return Number((found as { n: number }[])[0]?.n)
}
