import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import type { DatabaseFact, Migration } from '../../src/state/facts.ts'
import type { MysqlDatabase } from '../../src/state/manifest.ts'
import type { Step } from '../../src/state/plan.ts'
import { mysqlReturn, mysqlReversal } from '../../src/state/planner/mysql-steps.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { fillShop, tenMigrations } from '../mariadb/large.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

const many = 500_000
const few = 6000

let server: MariaDb
let root: Connection
let act: DatabaseAct
let migrations: readonly Migration[]
let declared: MysqlDatabase

beforeAll(async () => {
  server = await startMariaDb([
    '--innodb-buffer-pool-size=1G',
    '--innodb-flush-log-at-trx-commit=2',
    '--general-log=OFF',
  ])
  migrations = await tenMigrations()
})
afterAll(() => server.remove())
async function open(rows: number): Promise<void> {
  const database = 'shop'
  root = await server.root()
  await root.query(`DROP DATABASE IF EXISTS ${database}`)
  await root.query(`CREATE DATABASE ${database}`)
  await root.query(`USE ${database}`)
  await fillShop(root, rows)
  for (const { version, up } of migrations) {
    for (const { sql } of up) await root.query(sql)
    await root.query('INSERT INTO schema_migrations VALUES (?)', [version])
  }
  await root.query("UPDATE order_notes SET author = CONCAT('clerk ', order_id % 50) WHERE order_id % 2 = 0")
  await root.query('UPDATE orders SET gift = 1 WHERE id % 11 = 0')
  await root.query("UPDATE stock SET place = CONCAT('shelf ', number)")
  const config = configOf(server, database, { account: { user: 'root', password: null }, writers: [] })
  declared = config.database
  act = mysqlAct(config)
}
afterEach(async () => {
  await act.close()
  await root.end()
})

describe('a MySQL database after ten migrations', () => {
  test('of 300 MB goes back ten migrations and comes again to the very checksums it had', async () => {
    await open(many)
    const before = await act.observe()
    // The files themselves: what information_schema says of a table's size is an estimate.
    const files = "SELECT SUM(FILE_SIZE) AS n FROM information_schema.INNODB_SYS_TABLESPACES WHERE NAME LIKE 'shop/%'"
    expect(await count(files)).toBeGreaterThan(300_000_000)
    const sums = await checksums()
    await carryOut(mysqlReversal('main', declared, withScripts(before), [...migrations].reverse(), []), 'r1')
    expect((await act.observe()).applied).toEqual([])
    expect(await count('SELECT COUNT(note) AS n FROM orders')).toBe(Math.floor(many / 3))
    await comeAgain()
    expect(await conflicts()).toEqual([])
    const after = await act.observe()
    expect([after.schema, after.applied]).toEqual([before.schema, before.applied])
    expect(await checksums()).toEqual(sums)
  }, 600_000)

  test('keeps what was written in between, and has every value that cannot return in the list of conflicts', async () => {
    await open(few)
    const before = await act.observe()
    await carryOut(mysqlReversal('main', declared, withScripts(before), [...migrations].reverse(), []), 'r1')
    for (const sql of [
      "UPDATE orders SET note = 'changed' WHERE id IN (6, 12)",
      'DELETE FROM orders WHERE id = 18',
      "INSERT INTO orders (id, customer_id, sku, state, amount, note, remark) VALUES (2000001, 1, 'tea', 'new', 1, 'of the old release', 'r')",
      "UPDATE customers SET name = 'renamed' WHERE id = 5",
      'UPDATE stock SET number = 99 WHERE sku = "tea"',
    ])
      await root.query(sql)
    await comeAgain()
    const [notes] = await root.query(
      'SELECT order_id, note, author FROM order_notes WHERE order_id IN (6, 12, 18, 24, 2000001) ORDER BY 1',
    )
    expect(notes).toEqual([
      { order_id: 6, note: 'changed', author: null },
      { order_id: 12, note: 'changed', author: null },
      { order_id: 24, note: 'ring twice, number 24', author: 'clerk 24' },
      { order_id: 2_000_001, note: 'of the old release', author: null },
    ])
    expect(await count('SELECT COUNT(*) AS n FROM order_notes WHERE author IS NOT NULL')).toBe(Math.floor(few / 6) - 3)
    expect(await count("SELECT number AS n FROM stock WHERE sku = 'tea'")).toBe(99)
    const [names] = await root.query('SELECT name FROM customers WHERE id = 5')
    expect(names).toEqual([{ name: 'renamed' }])
    expect(await conflicts()).toEqual([
      'customers 5 changed since',
      'order_notes 12 changed since',
      'order_notes 18 deleted since',
      'order_notes 6 changed since',
      'orders 18 deleted since',
      'stock tea changed since',
    ])
  })

  /** As `astern undo` does: up again, oldest first, and what was archived back. */
  async function comeAgain(): Promise<void> {
    const fact = withScripts(await act.observe())
    const archives = await act.archives()
    if (!archives.ok) throw new Error(archives.fault.what)
    const steps = mysqlReturn(
      'main',
      declared,
      {
        fact,
        scripts: migrations.map(migration => ({ migration, statements: migration.up })),
        run: 'r1',
        tables: archives.value.map(({ table }) => table),
        was: [],
      },
      [],
    )
    await carryOut(steps, 'r2')
  }

  async function carryOut(steps: readonly Step[], run: string): Promise<void> {
    for (const { command, title } of steps) {
      const where = { ...context, run }
      if (command.kind === 'database.count' || command.kind === 'database.unchanged') {
        const counted = await act.attempt(command, { ...context, run }, () => undefined, AbortSignal.timeout(60_000))
        expect(counted, title).toMatchObject({ ok: true })
        continue
      }
      const { outcome } = await applied(act, command as DatabaseCommand, where)
      if (!outcome.ok) throw new Error(`${title}: ${JSON.stringify(outcome.fault)}`)
    }
  }

  function withScripts(fact: DatabaseFact): DatabaseFact {
    return { ...fact, migrations }
  }

  async function checksums(): Promise<unknown> {
    const tables = ['customers', 'orders', 'order_notes', 'stock', 'coupons', 'untouched', 'schema_migrations']
    const [sums] = await root.query(`CHECKSUM TABLE ${tables.join(', ')}`)
    return sums
  }

  async function conflicts(): Promise<readonly string[]> {
    const found = await act.conflicts({ ...context, run: 'r2' })
    return found.ok ? found.value.map(({ table, key, why }) => `${table} ${key} ${why}`) : [found.fault.what]
  }

  async function count(sql: string): Promise<number> {
    const [found] = await root.query(sql)
    return Number((found as { n: number }[])[0]?.n)
  }
})
