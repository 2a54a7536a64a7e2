import { spawn } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { applied, configOf, context } from '../mariadb/shop.ts'
import { backupOf, openShop, release, restoring, type Taken } from '../mariadb/restore-stage.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { finished } from '../live/support.ts'

const worker = resolve(import.meta.dirname, '../mariadb/worker.mjs')

let server: MariaDb
let root: Connection
let backup: Taken
const database = 'shop'
const beside = ['_astern_r1_shop', '_astern_r1_shop_old', '_astern_r2_shop_old']

beforeAll(async () => {
  server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0', '--innodb-log-file-size=8M'])
  root = await openShop(server, database)
  backup = await backupOf(server, database, 'mydumper')
})
afterAll(async () => {
  backup.remove()
  await root.end()
  await server.remove()
})

describe('a restore', () => {
  beforeEach(fresh)
  afterEach(() => root.query('SELECT 1'))

  test('cut off right after any change that its engine sends while it loads and proves ends the same', async () => {
    await everywhere(restoring(backup).slice(0, 2), [])
  }, 900_000)

  test('cut off right after any change that its engine sends while tables change places ends the same, each changed place once', async () => {
    await everywhere(restoring(backup).slice(2), restoring(backup).slice(0, 2))
  }, 1_800_000)
})

describe('a restore that a later run takes back', () => {
  beforeEach(fresh)

  test('cut off right after any change that its engine sends ends the same, each changed place once', async () => {
    await everywhere(takingBack, restoring(backup), { ...context, run: 'r2' }, since)
  }, 1_800_000)
})

const takingBack: readonly DatabaseCommand[] = [
  { kind: 'database.reclaim', database: 'main', run: 'r1' },
  { kind: 'database.unhook', database: 'main', after: 'r1' },
  { kind: 'database.capture', database: 'main', after: 'r1' },
  { kind: 'database.swap', database: 'main', direction: 'in' },
  { kind: 'database.salvage', database: 'main' },
  { kind: 'database.hook', database: 'main', as: 'backup' },
]

/** Written to what was restored. */
const since = [
  'INSERT INTO orders (customer_id, total) VALUES (1, 63)',
  'UPDATE orders SET total = 5.55 WHERE id = 5',
  'DELETE FROM items WHERE order_id = 6',
  'DELETE FROM orders WHERE id = 6',
]

/** `before` by an earlier run; `written` between the two. Each time the server begins from the same files. */
async function everywhere(
  commands: readonly DatabaseCommand[],
  before: readonly DatabaseCommand[],
  where = context,
  written: readonly string[] = [],
): Promise<void> {
  await goOn(before)
  for (const sql of written) await root.query(sql)
  const again = await kept()
  await again()
  const whole = await work(commands, null, where.run)
  expect([whole.code, whole.stderr]).toEqual([0, ''])
  const { sent } = JSON.parse(whole.stdout) as { sent: number }
  const end = await standing()
  for (let at = 1; at <= sent; at += 1) {
    await again()
    expect((await work(commands, { at, when: 'after sending' }, where.run)).code, `after sending ${at}`).toBe(null)
    await goOn(commands, where)
    expect(await standing(), `after sending ${at}`).toEqual(end)
  }
  process.stdout.write(`killed after each of ${sent} changes\n`)
}

/** All that the server has, to begin from again. */
async function kept(): Promise<() => Promise<void>> {
  const [data, copy] = [join(server.directory, 'data'), join(server.directory, 'kept')]
  await root.end()
  await server.stop()
  rmSync(copy, { recursive: true, force: true })
  cpSync(data, copy, { recursive: true })
  await server.start()
  root = await server.root(database)
  return async () => {
    await root.end()
    await server.kill()
    rmSync(data, { recursive: true })
    cpSync(copy, data, { recursive: true })
    await server.start()
    root = await server.root(database)
  }
}

async function fresh(): Promise<void> {
  await root.query('SET foreign_key_checks = 0')
  for (const schema of [database, ...beside]) await root.query(`DROP DATABASE IF EXISTS ${schema}`)
  for (const user of ['astern', 'writer', 'reader']) await root.query(`DROP USER ${user}_${database}@'%'`)
  await root.query('SET foreign_key_checks = 1')
  await root.query('RESET MASTER')
  await root.end()
  root = await openShop(server, database)
  for (const sql of [...release, ...writes]) await root.query(sql)
}

const writes = [
  "INSERT INTO customers (country_id, name, email, invited_by) VALUES (2, 'dora', 'dora@x', 3)",
  "INSERT INTO orders (customer_id, total, note) VALUES (4, 7, 'gift'), (1, 8, NULL)",
  'UPDATE orders SET total = 99.50 WHERE id = 2',
  'DELETE FROM orders WHERE id = 60',
]

/** As an engine goes on: what holds already is left, the rest is done. */
async function goOn(commands: readonly DatabaseCommand[], where = context): Promise<void> {
  const act: DatabaseAct = mysqlAct(configOf(server, database))
  try {
    for (const command of commands) {
      if ((await act.probe(command, where)).verdict === 'holds') continue
      const { outcome, lines } = await applied(act, command, where)
      if (!outcome.ok) throw new Error(JSON.stringify([outcome.fault, lines]))
      expect(await act.probe(command, where)).toMatchObject({ verdict: 'holds' })
    }
  } finally {
    await act.close()
  }
}

/** All that a restore leaves, without the moments; and how often tables changed places, by the server's own log. */
async function standing(): Promise<unknown> {
  const found: Record<string, unknown> = {}
  for (const schema of [database, ...beside]) {
    const [tables] = await root.query(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' AND table_name NOT IN ('_astern_marks', '_astern_sides') ORDER BY 1",
      [schema],
    )
    for (const { name } of tables as { name: string }[])
      found[`${schema}.${name}`] = (await root.query(`SELECT * FROM ${schema}.${name}`))[0]
  }
  const [marks] = await root.query('SELECT mark, done FROM _astern_marks ORDER BY mark')
  const [triggers] = await root.query(
    'SELECT trigger_schema, trigger_name, action_statement, definer FROM information_schema.triggers WHERE event_object_table = ? ORDER BY 1, 2',
    ['orders'],
  )
  const [events] = await root.query(
    'SELECT event_schema, event_name, status FROM information_schema.events ORDER BY 1, 2',
  )
  const [files] = await root.query('SHOW BINARY LOGS')
  let renames = 0
  for (const { Log_name: file } of files as { Log_name: string }[]) {
    const [all] = await root.query(`SHOW BINLOG EVENTS IN '${file}'`)
    renames += (all as { Info: string }[]).filter(({ Info }) => Info.includes('RENAME TABLE')).length
  }
  return { found, marks, triggers, events, renames }
}

function work(commands: readonly DatabaseCommand[], kill: { at: number; when: string } | null, run: string) {
  const { name, database: declared, lockWaitSeconds } = configOf(server, database)
  const given = JSON.stringify({
    config: { name, database: declared, lockWaitSeconds },
    commands,
    kill,
    changes: true,
    run,
  })
  return finished(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', worker, given], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}
