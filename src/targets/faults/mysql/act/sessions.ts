import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from 'mysql2/promise'
import type { InjectFault } from '../../../../state/drill/command.ts'
import type { MysqlConfig } from '../../../databases/mysql/config.ts'
import { connect } from '../../../databases/mysql/link.ts'
import { quoteName } from '../../../databases/mysql/names.ts'
import type { Session } from '../../../databases/mysql/session.ts'
import { noSuchThread, Refused, troubleOf } from '../../../databases/mysql/trouble.ts'
import { isOurs } from '../../../databases/names.ts'
import type { Query, Row } from '../../../databases/query.ts'
import { isOf, partsOf, reading, type Server } from '../look.ts'
import { foundIn, type Found } from '../seen.ts'
import { timed, type Put } from './put.ts'

/** A session that this process keeps open. */
export type Held = { readonly end: () => void }

const lockWaitSeconds = 10
const lockingSeconds = 30
const lookMs = 50
const patienceMs = 20_000

/** Of a table, or of all: held by a transaction that changes nothing, and keeps changes of the schema waiting too. */
export async function lockRows(config: MysqlConfig, put: Put): Promise<Held> {
  const opened = await openHeld(config)
  try {
    const { query } = opened
    await query(`SET SESSION innodb_lock_wait_timeout = ${lockWaitSeconds}, lock_wait_timeout = ${lockWaitSeconds}`)
    await limit(query, lockingSeconds)
    const { until, marker } = await timed(query, put)
    await query('START TRANSACTION')
    const { table } = put.fault.settings
    const tables = table === undefined ? await tablesOf(query, config) : [table]
    for (const each of tables) await query(`SELECT COUNT(*) FROM ${quoteName(each)} FOR UPDATE`)
    await limit(query, 0)
    opened.last(`SELECT ${marker} SLEEP(${secondsTo(until)})`)
    return opened
  } catch (error) {
    opened.end()
    throw error
  }
}

/** As many sessions that keep a processor of the server busy each. */
export async function burn(config: MysqlConfig, put: Put): Promise<readonly Held[]> {
  const begun: Held[] = []
  try {
    for (let each = 0; each < partsOf(put.fault); each += 1) {
      const opened = await openHeld(config)
      begun.push(opened)
      const { marker } = await timed(opened.query, put)
      await limit(opened.query, put.fault.expiresMs / 1_000)
      opened.last(`SELECT ${marker} BENCHMARK(9223372036854775807, SHA2(UUID(), 512))`)
    }
    return begun
  } catch (error) {
    for (const { end } of begun) end()
    throw error
  }
}

/** `last`: a statement that nobody waits for; when it is over, the server ends the session too. */
async function openHeld(config: MysqlConfig) {
  const connection = await connect(config, config.database.account).catch((error: unknown) => {
    throw troubleOf(error, false)
  })
  for (const event of ['error', 'end'] as const) connection.on(event, () => undefined)
  const query = queryOn(connection)
  await query('SET SESSION wait_timeout = 1').catch((error: unknown) => {
    connection.destroy()
    throw error
  })
  return {
    query,
    last: (sql: string): void => {
      const over = (): void => connection.destroy()
      connection.query(sql).then(over, over)
    },
    end: () => connection.destroy(),
  }
}

function queryOn(connection: Connection): Query {
  return async (sql, ...args) => {
    const [rows] = await connection.query(sql, args).catch((error: unknown) => {
      throw troubleOf(error, true)
    })
    return Array.isArray(rows) ? (rows as Row[]) : []
  }
}

/** How long the server lets one statement of the session take; 0: for ever. */
async function limit(query: Query, seconds: number): Promise<void> {
  const [row] = await query('SELECT VERSION() AS version')
  const isMaria = String(row?.['version']).includes('MariaDB')
  const ms = seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1_000))
  await query(isMaria ? `SET SESSION max_statement_time = ${ms / 1_000}` : `SET SESSION max_execution_time = ${ms}`)
}

function secondsTo(until: string): string {
  return `GREATEST(0, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), '${until}') / 1000000)`
}

async function tablesOf(query: Query, { database: { database } }: MysqlConfig): Promise<readonly string[]> {
  const rows = await query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name",
    database,
  )
  return rows.map(row => String(Object.values(row)[0])).filter(name => !isOurs(name))
}

export async function endSession(session: Session, id: number): Promise<void> {
  await session.run(`KILL ${id}`).catch((error: unknown) => {
    if (!(error instanceof Refused && error.errno === noSuchThread)) throw error
  })
}

/** A statement that nobody waits for is seen when the server has begun it. */
export async function untilSeen(server: Server, run: string, fault: InjectFault): Promise<void> {
  await untilTrue(server, found => found.filter(isOf(run, fault.inject)).length >= partsOf(fault))
}

/** Killed, a session gives its locks back before it goes. */
export async function untilGone(server: Server, gone: readonly Found[]): Promise<void> {
  const ids = gone.flatMap(({ what }) => (what.kind === 'session' ? [what.id] : []))
  if (ids.length === 0) return
  const until = performance.now() + patienceMs
  const sql = `SELECT id FROM information_schema.processlist WHERE id IN (${ids.join(', ')})`
  for (;;) {
    const left = await reading(server, query => query(sql))
    if (!left.ok || left.value.length === 0 || performance.now() >= until) return
    await sleep(lookMs)
  }
}

async function untilTrue(server: Server, isSo: (found: readonly Found[]) => boolean): Promise<void> {
  const until = performance.now() + patienceMs
  for (;;) {
    const found = await reading(server, query => foundIn(query, server.config))
    if (!found.ok || isSo(found.value) || performance.now() >= until) return
    await sleep(lookMs)
  }
}
