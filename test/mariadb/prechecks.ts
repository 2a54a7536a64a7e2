import type { Connection, RowDataPacket } from 'mysql2/promise'
import type { Precheck } from '../../src/state/planner/prechecked.ts'
import { prechecks } from '../../src/targets/databases/mysql/prechecks/prechecks.ts'
import { readStatements } from '../../src/targets/databases/mysql/sql/read.ts'
import type { Query, Row } from '../../src/targets/databases/query.ts'
import { startMariaDb } from './server.ts'

/** A schema `shop` on a MariaDB of its own, strict as a server is by default, and what its prechecks find. */
export type CheckedShop = {
  readonly run: Connection['query']
  readonly found: (script: string) => Promise<readonly Precheck[]>
  /** What was asked since the last time. */
  readonly asked: () => readonly string[]
  readonly close: () => Promise<void>
}

export async function openCheckedShop(): Promise<CheckedShop> {
  const server = await startMariaDb(['--innodb-flush-log-at-trx-commit=2', '--skip-log-bin'])
  const root = await server.root()
  await root.query('CREATE DATABASE shop CHARACTER SET utf8mb4')
  await root.end()
  const connection = await server.root('shop')
  await connection.query("SET NAMES utf8mb4, sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'")
  let asked: string[] = []
  const query: Query = async (sql, ...args) => {
    if (!sql.startsWith('SELECT ')) throw new Error(`this does not only look: ${sql}`)
    asked.push(sql)
    const [rows] = await connection.query<RowDataPacket[]>(sql, args as (string | number)[])
    return rows as unknown as Row[]
  }
  return {
    run: connection.query.bind(connection),
    found: async script => prechecks(await readStatements(script, 'shop'), query, 'shop'),
    asked: () => {
      const before = asked
      asked = []
      return before
    },
    close: async () => {
      await connection.end()
      await server.remove()
    },
  }
}
