import { isDeepStrictEqual } from 'node:util'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { backupOf, openShop, release, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { lastWords, netOf, startWriter, type Values, type Writer } from '../mariadb/writers-log.ts'

const orders = 20_000
const columns: Readonly<Record<string, string>> = { orders: 'total', items: 'what', customers: 'name' }
const keys: Readonly<Record<string, string>> = { orders: 'id', items: "CONCAT(order_id, ', ', line)", customers: 'id' }

let server: MariaDb
let root: Connection
let act: DatabaseAct
let backup: Taken
let writer: Writer

beforeAll(async () => {
  server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])
  root = await openShop(server, 'shop')
  await root.query(
    `INSERT INTO orders (id, customer_id, total) SELECT seq, 1 + seq MOD 3, seq FROM seq_61_to_${orders}`,
  )
  await root.query('TRUNCATE ledger')
  backup = await backupOf(server, 'shop', 'mydumper')
  for (const sql of release) await root.query(sql)
  await root.query('USE mysql')
  act = mysqlAct(configOf(server, 'shop'))
}, 120_000)
afterAll(async () => {
  writer.kill()
  await act.close()
  backup.remove()
  await root.end()
  await server.remove()
})

test('restored and swapped under 200 writes a second, every acknowledged write is counted row for row, and is back', async () => {
  const before = await standing()
  writer = startWriter({ port: server.port, user: 'writer_shop', database: 'shop', orders })
  const { said, acknowledged, until } = writer
  await until(() => acknowledged().length >= 400)
  await root.query("UPDATE shop.orders SET note = 'only the new schema has me' WHERE id IN (7, 8)")
  const [load, verify, unhook, capture, swap, salvage, hook] = restoring(backup)
  await done(load)
  await done(verify)

  const closed = Date.now()
  await done({ kind: 'database.fence', database: 'main', writers: ['writer_shop@%'], readers: [] })
  await until(() => said.some(({ refused }) => refused !== undefined))
  await done(unhook)
  const counted = await done(capture)
  const since = await sinceTables()
  await done(swap)
  await done(salvage)
  await done(hook)
  await done({ kind: 'database.unfence', database: 'main' })
  const opened = Date.now()

  const again = acknowledged().length
  await until(() => acknowledged().length >= again + 200)
  await writer.end()

  // The one write that the fence cut off was answered by nobody: it may count or not.
  const quiet = said.findIndex(({ refused }) => refused !== undefined)
  const unsure = said[quiet]?.unsure ?? null
  const [log, counting] = [said.slice(0, quiet), unsure === null ? [] : [{ at: 0, ...unsure }]]
  const isCounted = !isDeepStrictEqual(netOf(log, before), since) && counting.length > 0
  expect(since).toEqual(netOf(isCounted ? [...log, ...counting] : log, before))
  const sums = Object.entries(since).map(([table, rows]) => [table, Object.values(rows).length] as const)
  for (const [table, rows] of sums)
    expect((counted as Counted[]).filter(one => one.table === table).map(totalOf), table).toEqual([rows])
  const all = isCounted ? [...log, ...counting, ...said.slice(quiet)] : said
  expect(await standing()).toEqual(lastWords(all, before))
  expect(await act.conflicts(context)).toMatchObject({
    value: [
      { table: 'orders', key: '7 note', why: 'no column' },
      { table: 'orders', key: '8 note', why: 'no column' },
    ],
  })
  // Each order that came since has been written down by the trigger once, and not again when it returned.
  const inserts = all.filter(
    ({ table, key = '', value }) => table === 'orders' && Number(key) > orders && value?.endsWith('.00'),
  )
  const [ledger] = await root.query(
    "SELECT COUNT(*) AS n, COUNT(DISTINCT what) AS d FROM shop.ledger WHERE what LIKE '%order %'",
  )
  expect(ledger).toEqual([{ n: inserts.length, d: inserts.length }])
  const refused = said.filter(one => one.refused !== undefined)
  expect(refused.filter(({ at }) => at < closed || at > opened + 100)).toEqual([])
  const seconds = ((said.at(-1)?.at ?? 0) - (said[0]?.at ?? 0) - (opened - closed)) / 1000
  process.stdout.write(
    `${acknowledged().length} writes acknowledged, ${Math.round(acknowledged().length / seconds)} a second; ${JSON.stringify(sums)} counted; fence ${opened - closed} ms, ${refused.length} refusals in it\n`,
  )
}, 300_000)

type Counted = { readonly table: string; readonly inserted: number; readonly updated: number; readonly deleted: number }
function totalOf({ inserted, updated, deleted }: Counted): number {
  return inserted + updated + deleted
}

async function standing(): Promise<Values> {
  const found: Record<string, Record<string, string>> = {}
  for (const [table, column] of Object.entries(columns)) {
    const [rows] = await root.query(`SELECT ${keys[table]} AS k, ${column} AS v FROM shop.${table}`)
    found[table] = Object.fromEntries((rows as { k: unknown; v: unknown }[]).map(({ k, v }) => [String(k), String(v)]))
  }
  return found
}

async function sinceTables(): Promise<Values> {
  const found: Record<string, Record<string, string>> = {}
  for (const table of Object.keys(columns)) {
    const [rows] = await root.query(
      `SELECT ${keys[table]} AS k, _astern_how AS how FROM _astern_r1_shop._astern_since_${table}`,
    )
    found[table] = Object.fromEntries((rows as { k: unknown; how: string }[]).map(({ k, how }) => [String(k), how]))
  }
  return found
}

async function done(command: DatabaseCommand | undefined): Promise<unknown> {
  if (command === undefined) throw new Error('no such command')
  const { outcome, lines } = await applied(act, command)
  if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines], null, 1))
  return outcome.observed
}
