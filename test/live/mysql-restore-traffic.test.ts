import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { backupOf, openShop, release, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

/** One write as the writer says it: of which row, and its value now; null: it is gone. */
type Said = {
  readonly at: number
  readonly table?: string
  readonly key?: string
  readonly value?: string | null
  readonly refused?: string
  readonly unsure?: { readonly table: string; readonly key: string; readonly value: string | null } | null
}

const orders = 20_000
const columns: Readonly<Record<string, string>> = { orders: 'total', items: 'what', customers: 'name' }
const keys: Readonly<Record<string, string>> = { orders: 'id', items: "CONCAT(order_id, ', ', line)", customers: 'id' }

let server: MariaDb
let root: Connection
let act: DatabaseAct
let backup: Taken
let writer: ChildProcess
const said: Said[] = []
let heard = Promise.withResolvers<void>()

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
  writer.kill('SIGKILL')
  await act.close()
  backup.remove()
  await root.end()
  await server.remove()
})

test('restored and swapped under 200 writes a second, every acknowledged write is counted row for row, and is back', async () => {
  const before = await standing()
  writer = spawn(
    process.execPath,
    [
      resolve(import.meta.dirname, '../mariadb/writer.mjs'),
      JSON.stringify({ port: server.port, user: 'writer_shop', database: 'shop', orders }),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  listen(writer)
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
  writer.stdin?.end()
  await ended

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

type Values = Readonly<Record<string, Record<string, string | null>>>

/** Which rows are other than in the backup, and how, by the writer's own log. A write nobody answered counts as it stands. */
function netOf(log: readonly Said[], before: Values): Values {
  const net: Record<string, Record<string, string>> = { orders: {}, items: {}, customers: {} }
  for (const [table, rows] of Object.entries(lastWords(log, before)))
    for (const key of new Set([...Object.keys(rows), ...Object.keys(before[table] ?? {})])) {
      const [was, is] = [before[table]?.[key], rows[key]]
      if (was !== is)
        (net[table] ??= {})[key] = was === undefined ? 'inserted' : is === undefined ? 'deleted' : 'updated'
    }
  return net
}

function lastWords(log: readonly Said[], before: Values): Values {
  const rows = Object.fromEntries(Object.entries(before).map(([table, values]) => [table, { ...values }]))
  for (const { table, key, value } of log) {
    if (table === undefined || key === undefined || value === undefined) continue
    if (value === null) delete rows[table]?.[key]
    else (rows[table] ??= {})[key] = value
  }
  return rows
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

function acknowledged(): readonly Said[] {
  return said.filter(({ table }) => table !== undefined)
}

let ended: Promise<void> = Promise.resolve()
function listen(child: ChildProcess): void {
  if (child.stdout === null) throw new Error('its output is not heard')
  const all = createInterface({ input: child.stdout })
  all.on('line', line => {
    said.push(JSON.parse(line) as Said)
    heard.resolve()
    heard = Promise.withResolvers()
  })
  const closed = Promise.withResolvers<void>()
  all.on('close', () => closed.resolve())
  ended = closed.promise
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await heard.promise
}

async function done(command: DatabaseCommand | undefined): Promise<unknown> {
  if (command === undefined) throw new Error('no such command')
  const { outcome, lines } = await applied(act, command)
  if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines], null, 1))
  return outcome.observed
}
