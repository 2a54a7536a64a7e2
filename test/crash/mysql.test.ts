import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import type { DatabaseCommand } from '../../src/state/command.ts'
import { mysqlAct } from '../../src/targets/databases/mysql/act/act.ts'
import type { DatabaseAct } from '../../src/targets/databases/port.ts'
import { applied, configOf, context, makeAccounts, statementOf } from '../mariadb/shop.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { shop } from '../contract/databases.contract.ts'
import { finished } from '../live/support.ts'

const worker = resolve(import.meta.dirname, '../mariadb/worker.mjs')

let server: MariaDb
let root: Connection
let database = ''
let count = 0

beforeAll(async () => void (server = await startMariaDb()))
afterAll(() => server.remove())

/** Two migrations' worth of every kind: rows, schema, a table kept before it goes, and how it stands afterwards. */
const commands: readonly DatabaseCommand[] = [
  { kind: 'database.archive', database: 'main', table: 'notes' },
  { kind: 'database.archive', database: 'main', table: 'orders' },
  statementOf('UPDATE orders SET paid = paid + 1', { index: 1, of: 3 }),
  statementOf('ALTER TABLE notes DROP COLUMN author', { index: 2, of: 3 }),
  statementOf('INSERT INTO notes (order_id, note) VALUES (9, "nine")', { index: 3, of: 3 }),
  statementOf('DROP TABLE notes', { migration: '1' }),
  { kind: 'database.seal', database: 'main', table: 'orders' },
]

describe('a reversal of a MySQL database', () => {
  beforeEach(fresh)
  afterEach(() => root.end())

  test('cut off before anything that its engine sends, or right after sending it, ends the same, each change once by the binlog', async () => {
    const whole = await work(null)
    expect(whole.code).toBe(0)
    const { sent } = JSON.parse(whole.stdout) as { sent: number }
    const end = await standing()
    expect(sent).toBeGreaterThan(60)
    for (let at = 1; at <= sent; at += 1) {
      for (const when of at === 1 ? (['before', 'after sending'] as const) : (['after sending'] as const)) {
        await root.end()
        await fresh()
        expect((await work({ at, when })).code, `${when} ${at}`).toBe(null)
        await goOn()
        expect(await standing(), `${when} ${at}`).toEqual(end)
      }
    }
  }, 900_000)
})

describe('a long statement', () => {
  beforeEach(async () => {
    await fresh()
    await root.query(
      'CREATE TABLE big (id INT PRIMARY KEY, x INT NOT NULL, note VARCHAR(100) NOT NULL) ENGINE = InnoDB',
    )
    await root.query("INSERT INTO big SELECT seq, seq, REPEAT('n', 90) FROM seq_1_to_400000")
  })
  afterEach(() => root.end())

  const alter = statementOf('ALTER TABLE big MODIFY x BIGINT NOT NULL', { index: 1, of: 1 })
  const update = statementOf('UPDATE big SET x = x + 1', { index: 1, of: 1 })

  test('that changes the schema goes on without its engine, is waited for, and is not done twice', async () => {
    const child = start([alter], null)
    await untilAtWork('ALTER TABLE big')
    child.kill('SIGKILL')
    await goOn([alter])
    expect(await typeOfX()).toBe('bigint(20)')
    expect(await inBinlog('ALTER TABLE big')).toBe(1)
  })

  test('that changes the schema, its server killed inside, is done once when the server is back', async () => {
    const ended = finished(start([alter], null))
    await untilAtWork('ALTER TABLE big')
    await killServer()
    expect((await ended).stderr).toContain('database.unreachable')
    await goOn([alter])
    expect(await typeOfX()).toBe('bigint(20)')
    expect(await inBinlog('ALTER TABLE big')).toBe(1)
  })

  test('that waits for somebody while its engine is killed is waited for in turn, and then counts', async () => {
    const goAhead = await killedWaiting()
    const act = mysqlAct(configOf(server, database))
    const before = await looks()
    let probed: string | null = null
    const probing = act.probe(update, context).then(({ verdict }) => (probed = verdict))
    await until(async () => probed !== null || (await looks()) > before + 2)
    expect(probed).toBe(null)
    await goAhead()
    expect(await probing).toBe('not yet')
    await until(async () => (await applied(act, update)).outcome.ok)
    await act.close()
    expect(await changedRows()).toBe(400_000)
  })

  test('that the server is still at keeps every other run out, though its engine is gone', async () => {
    const goAhead = await killedWaiting()
    const other = mysqlAct(configOf(server, database))
    const change = statementOf('UPDATE orders SET paid = 5')
    const refused = (await applied(other, change, { ...context, run: 'r2' })).outcome
    expect(refused).toMatchObject({ ok: false, fault: { code: 'database.held' } })
    await goAhead()
    await until(async () => (await applied(other, change, { ...context, run: 'r2' })).outcome.ok)
    await other.close()
  })

  test('on rows, its engine killed inside, changes each row once', async () => {
    const child = start([update], null)
    await untilAtWork('UPDATE big')
    child.kill('SIGKILL')
    await goOn([update])
    expect(await changedRows()).toBe(400_000)
  })

  test('on rows, its server killed inside, changes each row once', async () => {
    const ended = finished(start([update], null))
    await untilAtWork('UPDATE big')
    await killServer()
    expect((await ended).stderr).toContain('database.unreachable')
    await goOn([update])
    expect(await changedRows()).toBe(400_000)
  })

  /** The engine is gone, and the server waits for a row that another holds; gives what lets it go on. Of a lock on a table it would give up. */
  async function killedWaiting(): Promise<() => Promise<void>> {
    const holder = await server.root(database)
    await holder.query('START TRANSACTION')
    await holder.query('SELECT * FROM big WHERE id = 400000 FOR UPDATE')
    const child = start([update], null, 60)
    // Asked more often than ten times a second, the server goes on telling what it told first.
    await until(async () => {
      await pause(200)
      const [rows] = await root.query("SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
      return (rows as unknown[]).length > 0
    })
    const ended = finished(child)
    child.kill('SIGKILL')
    await ended
    return async () => {
      await holder.query('COMMIT')
      await holder.end()
    }
  }

  /** How often anybody has asked who is at work. */
  async function looks(): Promise<number> {
    const all = await server.log()
    return all.filter(({ account, sql }) => account === `astern_${database}` && sql.includes('processlist')).length
  }

  async function until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await pause(50)
  }

  async function changedRows(): Promise<number> {
    const [rows] = await root.query('SELECT COUNT(*) AS n FROM big WHERE x = id + 1')
    return Number((rows as { n: number }[])[0]?.n)
  }

  async function typeOfX(): Promise<unknown> {
    const [rows] = await root.query(
      "SELECT column_type AS type FROM information_schema.columns WHERE table_name = 'big' AND column_name = 'x' AND table_schema = ?",
      [database],
    )
    return (rows as { type: string }[])[0]?.type
  }

  async function untilAtWork(text: string): Promise<void> {
    for (;;) {
      const [rows] = await root.query(
        `SELECT time_ms AS ms FROM information_schema.processlist WHERE info LIKE '/* astern r1%${text}%' AND time_ms > 150`,
      )
      if ((rows as unknown[]).length > 0) return
      await pause(10)
    }
  }

  async function killServer(): Promise<void> {
    root.destroy()
    await server.kill()
    await server.start()
    root = await server.root(database)
  }
})

async function fresh(): Promise<void> {
  count += 1
  const before = database
  database = `shop_${count}`
  root = await server.root()
  if (before !== '') await root.query(`DROP DATABASE ${before}`)
  await root.query(`CREATE DATABASE ${database}`)
  await root.query('RESET MASTER')
  await makeAccounts(root, database)
  await root.query(`USE ${database}`)
  for (const sql of shop) await root.query(sql)
}

/** As an engine goes on: what holds already is left, the rest is done. */
async function goOn(all: readonly DatabaseCommand[] = commands): Promise<void> {
  const act: DatabaseAct = mysqlAct(configOf(server, database))
  try {
    for (const command of all) {
      const { verdict } = await act.probe(command, context)
      if (verdict === 'holds') continue
      const { outcome } = await applied(act, command)
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.fault))
      expect(await act.probe(command, context)).toMatchObject({ verdict: 'holds' })
    }
  } finally {
    await act.close()
  }
}

/** All that a reversal leaves, without the moments: rows, archives, and what the server's own log has of it. */
async function standing(): Promise<unknown> {
  const tables = ['orders', 'schema_migrations', '_astern_r1_notes', '_astern_r1_orders', '_astern_r1_after:orders']
  const rows = await Promise.all(
    tables.map(async table => [table, (await root.query(`SELECT * FROM \`${table}\` ORDER BY 1`))[0]]),
  )
  const [archives] = await root.query(
    'SELECT run, tbl, archive, key_columns, n, sealed FROM _astern_archives ORDER BY tbl',
  )
  const [marks] = await root.query('SELECT run, mark, done FROM _astern_marks ORDER BY mark')
  return {
    rows: Object.fromEntries(rows),
    archives,
    marks,
    binlog: {
      update: await rowEvents('Update_rows', 'orders'),
      alter: await inBinlog('ALTER TABLE notes'),
      drop: await inBinlog('DROP TABLE `notes`'),
    },
  }
}

async function inBinlog(text: string): Promise<number> {
  return (await binlog()).filter(({ Info }) => Info.includes(text)).length
}

type Event = { readonly Event_type: string; readonly Info: string }

/** Of all its files: a server that comes up again begins another. */
async function binlog(): Promise<readonly Event[]> {
  const [files] = await root.query('SHOW BINARY LOGS')
  const events: Event[] = []
  for (const { Log_name: file } of files as { Log_name: string }[])
    events.push(...((await root.query(`SHOW BINLOG EVENTS IN '${file}'`))[0] as Event[]))
  return events
}

/** Row events of a table, told by the map event before each. */
async function rowEvents(kind: string, table: string): Promise<number> {
  let current = ''
  let found = 0
  for (const { Event_type: type, Info: info } of await binlog()) {
    if (type === 'Table_map') current = info
    if (type.startsWith(kind) && current.includes(`(${database}.${table})`)) found += 1
  }
  return found
}

function start(
  all: readonly DatabaseCommand[],
  kill: { at: number; when: string } | null,
  lockWaitSeconds = 1,
): ChildProcess {
  const { name, database: declared } = configOf(server, database)
  const given = JSON.stringify({ config: { name, database: declared, lockWaitSeconds }, commands: all, kill })
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', worker, given], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function work(kill: { at: number; when: string } | null) {
  return finished(start(commands, kill))
}
