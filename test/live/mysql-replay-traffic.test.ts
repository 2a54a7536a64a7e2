import { dirname } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { replayOf } from '../../src/state/planner/replays.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import { findBackups } from '../../src/targets/databases/mysql/restore/backups.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { backupOf, openShop, release, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { applied, configOf } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { lastWords, startWriter, type Said, type Values, type Writer } from '../mariadb/writers-log.ts'

const orders = 2000
const columns: Readonly<Record<string, string>> = { orders: 'total', items: 'what', customers: 'name' }
const keys: Readonly<Record<string, string>> = { orders: 'id', items: "CONCAT(order_id, ', ', line)", customers: 'id' }
let server: MariaDb
let root: Connection
let act: DatabaseAct
let taken: Taken | undefined
let writer: Writer | undefined

beforeAll(async () => {
  server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])
  root = await openShop(server, 'shop')
  await root.query("GRANT BINLOG MONITOR, REPLICATION SLAVE, BINLOG REPLAY ON *.* TO astern_shop@'%'")
  await root.query(
    `INSERT INTO orders (id, customer_id, total) SELECT seq, 1 + seq MOD 3, seq FROM seq_61_to_${orders}`,
  )
  await root.query('USE mysql')
  act = mysqlAct(configOf(server, 'shop'))
}, 120_000)
afterAll(async () => {
  writer?.kill()
  await act.close()
  taken?.remove()
  await root.end()
  await server.remove()
})

test('with a shop writing before, across and after the bad release, the replay holds all until then, and nothing acknowledged is lost', async () => {
  const first = await standing('shop')
  writer = startWriter({ port: server.port, user: 'writer_shop', database: 'shop', orders })
  const { said, acknowledged, until, end } = writer
  const more = async (count: number): Promise<void> => {
    const least = acknowledged().length + count
    await until(() => acknowledged().length >= least)
  }
  await more(150)
  taken = await backupOf(server, 'shop', 'mydumper')
  await more(300)
  const begun = said.length
  await root.query('USE shop')
  for (const sql of [...release.slice(1), ...release.slice(0, 1)]) await root.query(sql)
  await root.query('USE mysql')
  const over = said.length
  await more(200)

  const where = { tool: 'mydumper', dir: dirname(taken.path), schema: 'shop', migrations: 'schema_migrations' } as const
  const [backup] = (await findBackups(where)).backups
  if (backup === undefined) throw new Error('no backup')
  const since = [{ version: '2', up: release.slice(1) }]
  const question = { tracking: 'schema_migrations', since, withoutTransactions: [], until: null }
  const fact = await act.binlog({ backup, question })
  const { replay, blockers } = replayOf('main', backup, fact ?? undefined, { until: null })
  expect([blockers, fact?.read?.end?.before]).toEqual([[], 'migration 2'])
  if (replay === undefined) throw new Error('nothing to replay')
  const named = { ...backup, schema: 'shop' }
  const [load, verify, unhook, capture, swap, salvage, hook] = restoring(named, null)
  await done(load)
  await done({ kind: 'database.replay', database: 'main', backup: named, ...replay })
  await done({ ...verify, replayed: true } as DatabaseCommand)
  const side = await standing('_astern_r1_shop')

  await done({ kind: 'database.fence', database: 'main', writers: ['writer_shop@%'], readers: [] })
  await until(() => said.some(({ refused }) => refused !== undefined))
  await done(unhook)
  const counted = (await done(capture)) as Counted[]
  await done(swap)
  await done(salvage)
  await done(hook)
  await done({ kind: 'database.unfence', database: 'main' })
  await more(100)
  await end()

  // What is beside is the shop at one moment of the writer's own log: the one at which the release began.
  const moment = momentOf(said, first, side)
  expect(moment).toBeGreaterThanOrEqual(begun - 2)
  expect(moment).toBeLessThanOrEqual(over)
  // The one write that the fence cut off was answered by nobody: it may count or not.
  const quiet = said.findIndex(({ refused }) => refused !== undefined)
  const unsure = said[quiet]?.unsure ?? null
  const cutOff = unsure === null ? [] : [{ at: 0, ...unsure }]
  const tables = ['customers', 'items', 'orders']
  const totals = tables.map(table => {
    const { inserted = 0, updated = 0, deleted = 0 } = counted.find(one => one.table === table) ?? {}
    return inserted + updated + deleted
  })
  const expected = (log: readonly Said[]) => tables.map(table => differing(lastWords(log, first), side, table))
  const [without, withIt] = [said.slice(0, quiet), [...said.slice(0, quiet), ...cutOff]]
  expect([expected(without), expected(withIt)]).toContainEqual(totals)
  const now = await standing('shop')
  const ends = [lastWords(said, first), lastWords([...withIt, ...said.slice(quiet)], first)]
  expect(ends).toContainEqual(now)
  // Each order is written down by the trigger once, although its rows were replayed, moved or brought back.
  const [ledger] = await root.query(
    "SELECT COUNT(*) - COUNT(DISTINCT REPLACE(what, 'noted ', '')) AS twice FROM shop.ledger WHERE what LIKE '%order %'",
  )
  expect(ledger).toEqual([{ twice: 0 }])
  const rows = replay.tables.reduce((sum, one) => sum + one.rows, 0)
  process.stdout.write(
    `${acknowledged().length} writes acknowledged; ${rows} rows replayed, up to write ${moment}; written after that: ${JSON.stringify(totals)} of ${tables.join(', ')}\n`,
  )
}, 300_000)

type Counted = { readonly table: string; readonly inserted: number; readonly updated: number; readonly deleted: number }

/** After how many of its writes the log leaves just those rows; -1: after none. */
function momentOf(log: readonly Said[], first: Values, wanted: Values): number {
  const rows = lastWords([], first)
  const differ = new Set<string>()
  const look = (table: string, key: string): void => {
    const id = `${table} ${key}`
    if ((rows[table]?.[key] ?? null) === (wanted[table]?.[key] ?? null)) differ.delete(id)
    else differ.add(id)
  }
  for (const table of Object.keys(first))
    for (const key of new Set([...Object.keys(rows[table] ?? {}), ...Object.keys(wanted[table] ?? {})]))
      look(table, key)
  if (differ.size === 0) return 0
  for (const [index, { table, key, value }] of log.entries()) {
    if (table === undefined || key === undefined || value === undefined) continue
    const of = rows[table] ?? {}
    if (value === null) delete of[key]
    else of[key] = value
    look(table, key)
    if (differ.size === 0) return index + 1
  }
  return -1
}

function differing(one: Values, other: Values, table: string): number {
  const keys = new Set([...Object.keys(one[table] ?? {}), ...Object.keys(other[table] ?? {})])
  return [...keys].filter(key => one[table]?.[key] !== other[table]?.[key]).length
}

async function standing(schema: string): Promise<Values> {
  const found: Record<string, Record<string, string>> = {}
  for (const [table, column] of Object.entries(columns)) {
    const [rows] = await root.query(`SELECT ${keys[table]} AS k, ${column} AS v FROM ${schema}.${table}`)
    found[table] = Object.fromEntries((rows as { k: unknown; v: unknown }[]).map(({ k, v }) => [String(k), String(v)]))
  }
  return found
}

async function done(command: DatabaseCommand | undefined): Promise<unknown> {
  if (command === undefined) throw new Error('no such command')
  const { outcome, lines } = await applied(act, command)
  if (!outcome.ok) throw new Error(JSON.stringify([outcome, lines], null, 1))
  return outcome.observed
}
