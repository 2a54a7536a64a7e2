import type { Connection, ResultSetHeader } from 'mysql2/promise'
import type { Account } from '../../../state/manifest.ts'
import type { Json } from '../../../state/json.ts'
import type { Row } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { connect } from './link.ts'
import { LinkLost, troubleOf } from './trouble.ts'

/** One connection, made when first asked and again after its end. Statements queue on it. */
export type Session = {
  /** Rows of a statement that gives some. Throws Refused or LinkLost. */
  readonly rows: (sql: string, ...args: Json[]) => Promise<readonly Row[]>
  /** Any other statement: how many rows it changed. Throws the same. */
  readonly run: (sql: string, ...args: Json[]) => Promise<number>
  readonly close: () => Promise<void>
}

/** `prepare`: statements that make a fresh connection what this session is for; they may look at the server first. */
export function openSession(
  config: MysqlConfig,
  account: Account,
  prepare: (ask: Session['rows']) => Promise<void>,
): Session {
  let live: Promise<Connection> | null = null
  const open = async (): Promise<Connection> => {
    const connection = await connect(config, account).catch((error: unknown) => {
      throw troubleOf(error, false)
    })
    // Its end is seen by whoever asks next; unheard, it would end the process.
    connection.on('error', () => void (live = null))
    connection.on('end', () => void (live = null))
    await prepare((sql, ...args) => send(connection, sql, args)).catch((error: unknown) => {
      connection.destroy()
      throw error
    })
    return connection
  }
  const connected = async (): Promise<Connection> => {
    live ??= open()
    const mine = live
    return mine.catch((error: unknown) => {
      if (live === mine) live = null
      throw error
    })
  }
  const ask = async (sql: string, args: readonly Json[]): Promise<unknown> => {
    const connection = await connected()
    return query(connection, sql, args).catch((error: unknown) => {
      if (error instanceof LinkLost) {
        live = null
        connection.destroy()
      }
      throw error
    })
  }
  return {
    rows: async (sql, ...args) => asRows(await ask(sql, args)),
    run: async (sql, ...args) => ((await ask(sql, args)) as Partial<ResultSetHeader>).affectedRows ?? 0,
    close: async () => {
      const connection = await live?.catch(() => null)
      live = null
      await connection?.end().catch(() => undefined)
    },
  }
}

async function send(connection: Connection, sql: string, args: readonly Json[]): Promise<readonly Row[]> {
  return asRows(await query(connection, sql, args))
}

async function query(connection: Connection, sql: string, args: readonly Json[]): Promise<unknown> {
  try {
    const [result] = await connection.query(sql, args as (string | number | null)[])
    return result
  } catch (error) {
    throw troubleOf(error, true)
  }
}

function asRows(result: unknown): readonly Row[] {
  if (!Array.isArray(result)) return []
  return result.map(row =>
    Object.fromEntries(Object.entries(row as object).map(([name, value]) => [name, toJson(value)])),
  )
}

/** Bytes that are no text as `x'...'`, as SQL writes them. */
function toJson(value: unknown): Json {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  if (typeof value === 'bigint') return value.toString()
  return value as Json
}
