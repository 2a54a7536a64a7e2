import type { SchemaObject } from '../../../state/facts.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { readSchema } from './schema/read.ts'

/** The schema as it stands, without Astern's own tables and without the migration tool's. */
export function schemaNow(query: Query, { database }: MysqlConfig): Promise<readonly SchemaObject[]> {
  const table = database.migrations?.table
  return readSchema(query, database.database, table === undefined ? [] : [table])
}

export async function fingerprintNow(query: Query, config: MysqlConfig): Promise<string> {
  return fingerprintOf(await schemaNow(query, config))
}

/** `schema.table`, or one of the database itself. */
export async function hasTable(query: Query, { database }: MysqlConfig, table: string): Promise<boolean> {
  const [name = '', schema = database.database] = table.split('.').reverse()
  const rows = await query(
    'SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
    schema,
    name,
  )
  return rows.length > 0
}

export type Column = {
  readonly name: string
  readonly type: string
  readonly collation: string | null
  readonly generated: boolean
}

export async function columnsOf(query: Query, { database }: MysqlConfig, table: string): Promise<readonly Column[]> {
  const rows = await query(
    'SELECT column_name AS name, column_type AS type, collation_name AS collation, extra FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position',
    database.database,
    table,
  )
  return rows.map(row => {
    const [name, type, collation, extra] = Object.values(row)
    return {
      name: String(name),
      type: String(type),
      collation: collation == null ? null : String(collation),
      generated: /\bGENERATED\b/i.test(String(extra)) && !/DEFAULT_GENERATED/i.test(String(extra)),
    }
  })
}

/** Columns of the primary key, in its order; empty: there is none. */
export async function keyOf(query: Query, { database }: MysqlConfig, table: string): Promise<readonly string[]> {
  const rows = await query(
    "SELECT column_name AS name FROM information_schema.statistics WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index",
    database.database,
    table,
  )
  return rows.map(row => String(Object.values(row)[0]))
}

export function collationsOf(columns: readonly Column[]): ReadonlyMap<string, string | null> {
  return new Map(columns.map(({ name, collation }) => [name, collation]))
}
