import type { Connection } from 'mysql2/promise'
import type { Json } from '../../src/state/json.ts'
import type { Query, Row } from '../../src/targets/databases/query.ts'

/** A test's own session as what the adapters ask through. */
export function queryOf(connection: Connection): Query {
  return async (sql, ...args) => {
    const [rows] = await connection.query(sql, args as (string | number | null)[])
    return Array.isArray(rows) ? (rows as Row[]).map(plain) : []
  }
}

function plain(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row as Record<string, unknown>).map(([name, value]) => [
      name,
      (Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : value) as Json,
    ]),
  )
}
