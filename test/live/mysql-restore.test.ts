import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { backupOf, openShop, release, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

let server: MariaDb
let root: Connection
let act: DatabaseAct
let database = ''
let count = 0
let backup: Taken

beforeAll(async () => void (server = await startMariaDb(['--event-scheduler=ON'])))
afterAll(() => server.remove())

describe.each(['mydumper', 'mysqldump'] as const)('a database restored from %s', tool => {
  beforeEach(async () => {
    count += 1
    database = `shop_${count}`
    root = await openShop(server, database)
    backup = await backupOf(server, database, tool)
    act = mysqlAct(configOf(server, database))
  })
  afterEach(async () => {
    await act.close()
    backup.remove()
    await root.query('SET foreign_key_checks = 0')
    for (const schema of [
      database,
      `_astern_r1_${database}`,
      `_astern_r1_${database}_old`,
      `_astern_r2_${database}_old`,
    ])
      await root.query(`DROP DATABASE IF EXISTS ${schema}`)
    await root.end()
  })

  test('is what the backup was, its writes since counted and back, and what cannot return is listed', async () => {
    const before = await schema()
    for (const sql of release) await root.query(sql)
    for (const sql of writes) await root.query(sql)
    const [load, verify, unhook, capture, swap, salvage, hook] = restoring(backup)
    await done(load)
    expect(await done(verify)).toMatchObject({
      swapped: ['countries', 'customers', 'gifts', 'items', 'orders', 'schema_migrations'],
      differ: ['ledger', 'settings'],
    })
    await done(unhook)
    expect(await done(capture)).toEqual([
      { table: 'countries', inserted: 1, updated: 0, deleted: 0, lacking: {} },
      { table: 'customers', inserted: 1, updated: 1, deleted: 0, lacking: {} },
      { table: 'gifts', inserted: 1, updated: 0, deleted: 0, lacking: {} },
      { table: 'items', inserted: 1, updated: 0, deleted: 1, lacking: {} },
      { table: 'orders', inserted: 2, updated: 1, deleted: 1, lacking: { note: 2 } },
    ])
    await done(swap)
    expect(await rows('SELECT COUNT(*) AS n FROM orders')).toEqual([{ n: 60 }])
    expect(await done(salvage)).toEqual([
      { table: 'countries', returned: 1, conflicts: 0 },
      { table: 'customers', returned: 2, conflicts: 0 },
      { table: 'orders', returned: 4, conflicts: 2 },
      { table: 'items', returned: 2, conflicts: 0 },
    ])
    await done(hook)
    expect(await schema()).toEqual(before)
    expect(await act.conflicts(context)).toMatchObject({
      ok: true,
      value: [
        { table: 'orders', key: '3 note', why: 'no column', archived: { note: 'mind the dog' }, present: null },
        { table: 'orders', key: '61 note', why: 'no column', archived: { note: 'gift' } },
      ],
    })
    expect(await rows('SELECT id, customer_id, total FROM orders WHERE id IN (2, 3, 60, 61, 62) ORDER BY id')).toEqual([
      { id: 2, customer_id: 3, total: '99.50' },
      { id: 3, customer_id: 1, total: '3.00' },
      { id: 61, customer_id: 4, total: '7.00' },
      { id: 62, customer_id: 1, total: '8.00' },
    ])
    expect(await rows("SELECT what FROM ledger WHERE what LIKE 'order %'")).toEqual([])
    expect(await rows('SELECT value FROM settings')).toEqual([{ value: 'light' }])
    await root.query('INSERT INTO orders (customer_id, total) VALUES (1, 1)')
    expect(await rows('SELECT MAX(id) AS id FROM orders')).toEqual([{ id: 63 }])
    expect(await rows("SELECT what FROM ledger WHERE what LIKE 'order %'")).toEqual([{ what: 'order 63' }])
    await expect(root.query('INSERT INTO orders (customer_id, total) VALUES (99, 1)')).rejects.toThrow(/foreign key/)
    expect((await applied(act, { kind: 'database.clear', database: 'main' })).outcome).toMatchObject({
      ok: false,
      fault: { code: 'database.former-tables' },
    })
    await done({ kind: 'database.clear', database: 'main', of: context.run })
    expect(
      await rows(
        "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE '\\_astern%' AND schema_name LIKE '%shop_" +
          count +
          "%'",
      ),
    ).toEqual([])
  })

  test('is taken back to today, to the row, when it is undone', async () => {
    for (const sql of release) await root.query(sql)
    for (const sql of writes) await root.query(sql)
    const [before, sums] = [await schema(), await checksums()]
    for (const command of restoring(backup)) await done(command)
    expect(await schema()).not.toEqual(before)
    await done({ kind: 'database.swap', database: 'main', direction: 'out' })
    await done({ kind: 'database.hook', database: 'main', as: 'today' })
    expect(await schema()).toEqual(before)
    expect(await checksums()).toEqual(sums)
  })

  test('is taken back by a later run: what it lost is there again, what was written to it since returns, and who wrote to what was lost is told', async () => {
    for (const sql of [...release, ...widened, ...writes]) await root.query(sql)
    const [before, former] = [await schema(), await contents()]
    for (const command of restoring(backup)) await done(command)
    expect(await rows('SELECT name FROM customers WHERE id IN (1, 3) ORDER BY id')).toEqual([
      { name: 'ana' },
      { name: 'cleo' },
    ])
    for (const sql of [
      'INSERT INTO orders (customer_id, total) VALUES (1, 63)',
      'UPDATE orders SET total = 5.55 WHERE id = 5',
      'DELETE FROM items WHERE order_id = 6',
      'DELETE FROM orders WHERE id = 6',
      "UPDATE customers SET name = 'ana anew' WHERE id = 1",
    ])
      await root.query(sql)
    const said: unknown[] = []
    for (const command of takingBack) said.push(await done(command, later))
    expect(said[2]).toEqual([
      { table: 'countries', inserted: 0, updated: 0, deleted: 0, lacking: {} },
      { table: 'customers', inserted: 0, updated: 1, deleted: 0, lacking: {} },
      { table: 'items', inserted: 0, updated: 0, deleted: 1, lacking: {} },
      { table: 'orders', inserted: 1, updated: 1, deleted: 1, lacking: {} },
    ])
    expect(await act.conflicts(later)).toMatchObject({
      ok: true,
      value: [{ table: 'customers', key: '1', why: 'changed since', archived: { name: 'ana anew' } }],
    })
    expect(await schema()).toEqual(before)
    const wanted = {
      ...former,
      items: former['items']?.filter(row => row['order_id'] !== 6),
      orders: [
        ...(former['orders'] ?? []).flatMap(row =>
          row['id'] === 6 ? [] : [row['id'] === 5 ? { ...row, total: '5.55' } : row],
        ),
        { id: 63, customer_id: 1, total: '63.00', note: null },
      ],
    }
    expect(await contents()).toEqual(wanted)
  })
})

const later = { ...context, run: 'r2' }

const takingBack: readonly DatabaseCommand[] = [
  { kind: 'database.reclaim', database: 'main', run: 'r1' },
  { kind: 'database.unhook', database: 'main', after: 'r1' },
  { kind: 'database.capture', database: 'main', after: 'r1' },
  { kind: 'database.swap', database: 'main', direction: 'in' },
  { kind: 'database.salvage', database: 'main' },
  { kind: 'database.hook', database: 'main', as: 'backup' },
]

/** Longer than the backup's column takes: neither name returns. */
const widened = [
  'ALTER TABLE customers MODIFY name VARCHAR(80) NOT NULL',
  "UPDATE customers SET name = REPEAT('a', 60) WHERE id = 1",
  "UPDATE customers SET name = REPEAT('c', 60) WHERE id = 3",
]

const writes = [
  "INSERT INTO countries (name) VALUES ('far')",
  "INSERT INTO customers (country_id, name, email, invited_by) VALUES (3, 'dora', 'dora@x', 3)",
  "UPDATE customers SET name = 'Ben' WHERE id = 2",
  "INSERT INTO orders (customer_id, total, note) VALUES (4, 7, 'gift'), (1, 8, NULL)",
  'UPDATE orders SET total = 99.50 WHERE id = 2',
  "UPDATE orders SET note = 'mind the dog' WHERE id = 3",
  'DELETE FROM orders WHERE id = 60',
  "INSERT INTO items VALUES (61, 1, 'ribbon')",
  'INSERT INTO gifts VALUES (1, 61)',
  "UPDATE settings SET value = 'light'",
]

async function done(command: DatabaseCommand | undefined, where = context): Promise<unknown> {
  if (command === undefined) throw new Error('no such command')
  expect(await act.probe(command, where)).toMatchObject({ verdict: 'not yet' })
  const { outcome, lines } = await applied(act, command, where)
  if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines], null, 1))
  expect(await act.probe(command, where)).toMatchObject({ verdict: 'holds' })
  return outcome.observed
}

async function rows(sql: string): Promise<readonly unknown[]> {
  return (await root.query(sql))[0] as unknown[]
}

async function contents(): Promise<Record<string, readonly Record<string, unknown>[]>> {
  const found: Record<string, readonly Record<string, unknown>[]> = {}
  for (const table of ['countries', 'customers', 'orders', 'items', 'gifts'])
    found[table] = (await rows(`SELECT * FROM ${table} ORDER BY 1, 2`)) as Record<string, unknown>[]
  return found
}

/** Everything a person made of the schema, as the server shows it. */
async function schema(): Promise<unknown> {
  const shown: Record<string, unknown> = {}
  const named = (await rows(
    `SELECT table_name AS name, IF(table_type = 'VIEW', 'VIEW', 'TABLE') AS kind FROM information_schema.tables WHERE table_schema = '${database}' AND table_name NOT LIKE '\\_astern\\_%'
      UNION ALL SELECT routine_name, routine_type FROM information_schema.routines WHERE routine_schema = '${database}'
      UNION ALL SELECT trigger_name, 'TRIGGER' FROM information_schema.triggers WHERE trigger_schema = '${database}'
      UNION ALL SELECT event_name, 'EVENT' FROM information_schema.events WHERE event_schema = '${database}' ORDER BY 1, 2`,
  )) as { name: string; kind: string }[]
  for (const { name, kind } of named) {
    const [row] = (await rows(`SHOW CREATE ${kind} ${name}`)) as Record<string, unknown>[]
    const [, text] = Object.entries(row ?? {}).find(([column]) => /^(?:Create |SQL Orig)/.test(column)) ?? []
    shown[`${kind} ${name}`] = String(text)
      .replace(/ AUTO_INCREMENT=\d+/, '')
      .replaceAll(/EVENT `?tidying.*STARTS '[^']*'/g, 'EVENT tidying')
  }
  return shown
}

async function checksums(): Promise<readonly unknown[]> {
  const names = ['countries', 'customers', 'orders', 'items', 'gifts', 'visits', 'settings', 'schema_migrations']
  return rows(`CHECKSUM TABLE ${names.join(', ')} EXTENDED`)
}
