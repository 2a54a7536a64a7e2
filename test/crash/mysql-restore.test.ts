import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
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

beforeAll(async () => {
  server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])
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

async function everywhere(commands: readonly DatabaseCommand[], before: readonly DatabaseCommand[]): Promise<void> {
  await goOn(before)
  const whole = await work(commands, null)
  expect([whole.code, whole.stderr]).toEqual([0, ''])
  const { sent } = JSON.parse(whole.stdout) as { sent: number }
  const end = await standing()
  for (let at = 1; at <= sent; at += 1) {
    await fresh()
    await goOn(before)
    expect((await work(commands, { at, when: 'after sending' })).code, `after sending ${at}`).toBe(null)
    await goOn(commands)
    expect(await standing(), `after sending ${at}`).toEqual(end)
  }
  process.stdout.write(`killed after each of ${sent} changes\n`)
}

async function fresh(): Promise<void> {
  await root.query('SET foreign_key_checks = 0')
  for (const schema of [database, `_astern_r1_${database}`, `_astern_r1_${database}_old`])
    await root.query(`DROP DATABASE IF EXISTS ${schema}`)
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
async function goOn(commands: readonly DatabaseCommand[]): Promise<void> {
  const act: DatabaseAct = mysqlAct(configOf(server, database))
  try {
    for (const command of commands) {
      if ((await act.probe(command, context)).verdict === 'holds') continue
      const { outcome, lines } = await applied(act, command)
      if (!outcome.ok) throw new Error(JSON.stringify([outcome.fault, lines]))
      expect(await act.probe(command, context)).toMatchObject({ verdict: 'holds' })
    }
  } finally {
    await act.close()
  }
}

/** All that a restore leaves, without the moments; and how often tables changed places, by the server's own log. */
async function standing(): Promise<unknown> {
  const found: Record<string, unknown> = {}
  for (const schema of [database, `_astern_r1_${database}`, `_astern_r1_${database}_old`]) {
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

function work(commands: readonly DatabaseCommand[], kill: { at: number; when: string } | null) {
  const { name, database: declared, lockWaitSeconds } = configOf(server, database)
  const given = JSON.stringify({ config: { name, database: declared, lockWaitSeconds }, commands, kill, changes: true })
  return finished(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', worker, given], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}
