import type { Connection, ResultSetHeader } from 'mysql2/promise'
import type { Account } from '../../../state/manifest.ts'
import type { Json } from '../../../state/json.ts'
import type { Row } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { connect } from './link.ts'
import { LinkLost, troubleOf } from './trouble.ts'

/** Statements, queued on one connection. */
export type Session = {
  /** Rows of a statement that gives some. Throws Refused or LinkLost. */
  readonly rows: (sql: string, ...args: Json[]) => Promise<readonly Row[]>
  /** Any other statement: how many rows it changed. Throws the same. */
  readonly run: (sql: string, ...args: Json[]) => Promise<number>
  readonly close: () => Promise<void>
}

/** A connection made when first asked and again after its end. */
export type LastingSession = Session & {
  /**
   * One piece of work after another: two on one connection would share their transactions, and one's end would be the other's.
   * Every statement of a piece on the very connection it began on, or none: what was set, locked or begun there ended with
   * it, and a rest sent on another would be committed alone. Throws LinkLost (begun) when that connection is gone.
   */
  readonly whole: <T>(work: (session: Session) => Promise<T>) => Promise<T>
}

/** `over`: heard of its end, whether anybody asked or not. */
type Line = { readonly connection: Promise<Connection>; over: boolean }

/** `prepare`: statements that make a fresh connection what this session is for; they may look at the server first. */
export function openSession(
  config: MysqlConfig,
  account: Account,
  prepare: (ask: Session['rows']) => Promise<void>,
): LastingSession {
  let last: Line | null = null
  let before: Promise<unknown> = Promise.resolve()
  const line = (): Line => {
    if (last === null || last.over) last = openLine(config, account, prepare)
    return last
  }
  const close = async (): Promise<void> => {
    if (last !== null) await closeLine(last)
  }
  return {
    ...sessionOn(line, close),
    whole: work => {
      const turn = before.then(async () => {
        const one = line()
        await one.connection
        return work(sessionOn(() => one, close))
      })
      before = turn.catch(() => undefined)
      return turn
    },
  }
}

function openLine(config: MysqlConfig, account: Account, prepare: (ask: Session['rows']) => Promise<void>): Line {
  const opened = async (): Promise<Connection> => {
    const connection = await connect(config, account).catch((error: unknown) => {
      throw troubleOf(error, false)
    })
    // Its end is seen by whoever asks next; unheard, it would end the process.
    for (const event of ['error', 'end'] as const) connection.on(event, () => void (line.over = true))
    await prepare(async (sql, ...args) => asRows(await query(connection, sql, args))).catch((error: unknown) => {
      connection.destroy()
      throw error
    })
    return connection
  }
  const line: Line = {
    over: false,
    connection: opened().catch((error: unknown) => {
      line.over = true
      throw error
    }),
  }
  return line
}

async function closeLine(line: Line): Promise<void> {
  line.over = true
  const connection = await line.connection.catch(() => null)
  await connection?.end().catch(() => undefined)
}

function sessionOn(line: () => Line, close: () => Promise<void>): Session {
  const ask = async (sql: string, args: readonly Json[]): Promise<unknown> => {
    const on = line()
    const connection = await on.connection
    if (on.over) throw new LinkLost(true, 'the connection ended between two statements')
    return query(connection, sql, args).catch((error: unknown) => {
      if (error instanceof LinkLost) {
        on.over = true
        connection.destroy()
      }
      throw error
    })
  }
  return {
    rows: async (sql, ...args) => asRows(await ask(sql, args)),
    run: async (sql, ...args) => ((await ask(sql, args)) as Partial<ResultSetHeader>).affectedRows ?? 0,
    close,
  }
}

async function query(connection: Connection, sql: string, args: readonly Json[]): Promise<unknown> {
  try {
    const [result] = await connection.query(sql, args.map(bound))
    return result
  } catch (error) {
    throw troubleOf(error, true)
  }
}

/** A backslash means itself where the server's mode says so, and the driver does not ask: such a text goes as bytes. */
function bound(value: Json): unknown {
  if (typeof value !== 'string' || !mayNeedBackslash.test(value)) return value
  const text = `_utf8mb4 x'${Buffer.from(value).toString('hex')}'`
  return { toSqlString: () => text }
}

const mayNeedBackslash = /[\p{Cc}"'\\]/u

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
