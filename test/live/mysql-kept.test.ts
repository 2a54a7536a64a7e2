import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlReversal } from '../../src/state/planner/mysql-steps.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { applied, configOf, makeAccounts } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct

beforeAll(async () => {
  server = await startMariaDb(['--lower-case-table-names=1'])
  root = await server.root()
  await root.query('CREATE DATABASE shop')
  await root.query('USE shop')
  await makeAccounts(root, 'shop')
  act = mysqlAct(configOf(server, 'shop'))
})
afterAll(async () => {
  await act.close()
  await root.end()
  await server.remove()
})

describe('what a reversal takes away is kept', () => {
  test('of tables the script names in other letters, whose history the server keeps, and of those that go along', async () => {
    for (const sql of [
      'CREATE TABLE schema_migrations (version VARCHAR(100) PRIMARY KEY)',
      "INSERT INTO schema_migrations VALUES ('2')",
      'CREATE TABLE visits (id INT PRIMARY KEY, page VARCHAR(10)) WITH SYSTEM VERSIONING',
      "INSERT INTO visits VALUES (1, 'home')",
      'CREATE TABLE orders (id INT PRIMARY KEY)',
      'CREATE TABLE items (id INT PRIMARY KEY, order_id INT, FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE)',
      'INSERT INTO orders VALUES (1), (2)',
      'INSERT INTO items VALUES (11, 1), (12, 2)',
      'USE mysql',
    ])
      await root.query(sql)
    const read = await act.reader()
    const down = read('DROP TABLE Visits; DELETE FROM Orders WHERE id = 2')
    const migration = { version: '2', name: 'x', up: [], compatibleWith: [], down }
    const risks = await act.atRisk([migration])
    expect(risks).toMatchObject({ ok: true, value: [{ rows: 1 }, { rows: 2 }, { table: 'items', rows: 2 }] })
    const config = configOf(server, 'shop')
    const steps = mysqlReversal('main', config.database, await act.observe(), [migration], [])
    for (const { command } of steps) {
      const outcome =
        command.kind === 'database.count' || command.kind === 'database.unchanged'
          ? await act.attempt(command, context, () => undefined, AbortSignal.timeout(60_000))
          : (await applied(act, command as DatabaseCommand, context)).outcome
      expect(outcome, command.kind).toMatchObject({ ok: true })
    }
    const kept = await act.archives()
    expect(kept.ok && kept.value.map(({ table, rows }) => `${table} ${rows}`)).toEqual([
      'orders 2',
      'visits 1',
      'items 2',
    ])
  })
})

const context = { run: 'r1', environment: 'shop', directory: '/nowhere', holder: 'h' }
