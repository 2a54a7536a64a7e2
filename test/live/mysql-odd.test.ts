import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { definitionsOf } from '../../src/targets/databases/mysql/restore/definitions.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { queryOf } from '../mariadb/query.ts'
import { applied, configOf, context, makeAccounts } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

const undoing = { ...context, run: 'r2' }

let server: MariaDb
let root: Connection
let act: DatabaseAct

beforeAll(async () => {
  const before = process.env['TZ']
  process.env['TZ'] = 'Europe/Berlin'
  server = await startMariaDb(['--sql-mode=STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES,ANSI_QUOTES'])
  if (before === undefined) delete process.env['TZ']
  else process.env['TZ'] = before
})
afterAll(() => server.remove())
beforeEach(async () => {
  root = await server.root()
  await root.query('DROP DATABASE IF EXISTS orders')
  await root.query('CREATE DATABASE orders CHARACTER SET utf8mb4')
  await root.query('USE orders')
  await root.query('DROP USER IF EXISTS astern_orders, writer_orders, reader_orders')
  await makeAccounts(root, 'orders')
  act = mysqlAct(configOf(server, 'orders'))
})
afterEach(async () => {
  await act.close()
  await root.end()
})

describe('a MySQL database of odd names and an odd mode', () => {
  test('has the two hours told apart between which the clock goes back', async () => {
    await sql(
      'CREATE TABLE seen (id INT PRIMARY KEY, at TIMESTAMP NULL, note INT)',
      'INSERT INTO seen VALUES (1, FROM_UNIXTIME(1792886400 + 3600), 1), (2, FROM_UNIXTIME(1792886400 + 1800), 1)',
    )
    await sql("SET time_zone = '+00:00'", "UPDATE seen SET at = '2026-10-25 00:30:00'", 'SET time_zone = DEFAULT')
    await round('seen', 'UPDATE seen SET note = NULL', async () => {
      await sql(
        "SET time_zone = '+00:00'",
        "UPDATE seen SET at = '2026-10-25 01:30:00' WHERE id = 1",
        'SET time_zone = DEFAULT',
      )
    })
    await sql("SET time_zone = '+00:00'")
    expect(await rows('SELECT id, CAST(at AS CHAR) AS at, note FROM seen ORDER BY id')).toEqual([
      { id: 1, at: '2026-10-25 01:30:00', note: null },
      { id: 2, at: '2026-10-25 00:30:00', note: 1 },
    ])
    await sql('SET time_zone = DEFAULT')
  })

  test('comes back where names hold quotes, dots, blanks, backslashes, percents and question marks', async () => {
    const table = 'a.b `c` \'d\' "e" f% g\\h i_'
    const quoted = `\`${table.replaceAll('`', '``')}\``
    await sql(
      `CREATE TABLE ${quoted} (\`k 1\` VARCHAR(20), \`select\` INT, \`o'b\\\` INT, \`q?\` INT, PRIMARY KEY (\`k 1\`))`,
      `INSERT INTO ${quoted} VALUES ('a\\b''c', 1, 2, 3), ('%', 1, 2, 3)`,
    )
    await round(table, `ALTER TABLE ${quoted} DROP COLUMN \`select\`, DROP COLUMN \`q?\``, async () => {
      await sql(`ALTER TABLE ${quoted} ADD COLUMN \`select\` INT, ADD COLUMN \`q?\` INT`)
    })
    expect(await rows(`SELECT \`k 1\` AS k, \`select\` AS s, \`q?\` AS q FROM ${quoted} ORDER BY k`)).toEqual([
      { k: '%', s: 1, q: 3 },
      { k: "a\\b'c", s: 1, q: 3 },
    ])
    expect(await act.conflicts(undoing)).toEqual({ ok: true, value: [] })
  })

  test('is kept where a primary key is the beginning of a text', async () => {
    await sql(
      'CREATE TABLE pages (url TEXT, hits INT, PRIMARY KEY (url(40)))',
      "INSERT INTO pages VALUES ('/', 3), ('/a', 4)",
    )
    await round('pages', 'UPDATE pages SET hits = NULL', () => Promise.resolve())
    const found = await act.conflicts(undoing)
    expect(found.ok && found.value.map(({ archived }) => archived['url'])).toEqual(['/', '/a'])
  })

  test('has views made again that join a table of the very name of its schema', async () => {
    const twice = 'CREATE FUNCTION twice(x INT) RETURNS INT DETERMINISTIC RETURN x * 2'
    await sql("SET sql_mode = ''", 'CREATE TABLE orders (id INT, who INT)', 'CREATE TABLE people (id INT)', twice)
    await sql(
      'CREATE VIEW both_ AS SELECT twice(orders.id) AS id, people.id AS person FROM orders JOIN people ON people.id = orders.who',
    )
    const session = queryOf(root)
    const [view] = await definitionsOf(session, 'orders', ['view'])
    await sql('DROP VIEW both_', view?.text ?? '')
    expect(await rows('SELECT * FROM both_')).toEqual([])
    await sql(
      'DROP VIEW both_',
      'CREATE DATABASE IF NOT EXISTS beside',
      'CREATE TABLE IF NOT EXISTS beside.orders LIKE orders',
      'CREATE TABLE IF NOT EXISTS beside.people LIKE people',
      'USE beside',
      twice,
      view?.text ?? '',
      'USE orders',
    )
    const [other] = await definitionsOf(session, 'beside', ['view'])
    expect(other?.text).toBe(view?.text)
    await sql('DROP DATABASE beside')
  })
})

async function round(table: string, down: string, since: () => Promise<void>): Promise<void> {
  await does({ kind: 'database.archive', database: 'main', table }, context)
  await sql(down)
  await does({ kind: 'database.seal', database: 'main', table }, context)
  if (!down.startsWith('ALTER')) await since()
  await does({ kind: 'database.compare', database: 'main', run: 'r1', table }, undoing)
  if (down.startsWith('ALTER')) await since()
  await does({ kind: 'database.put-back', database: 'main', run: 'r1', table }, undoing)
}

async function does(command: DatabaseCommand, where: typeof context): Promise<void> {
  expect((await applied(act, command, where)).outcome, command.kind).toMatchObject({ ok: true })
}

async function sql(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await root.query(statement)
}

async function rows(statement: string): Promise<unknown[]> {
  const [found] = await root.query(statement)
  return (found as object[]).map(row => ({ ...row }))
}
