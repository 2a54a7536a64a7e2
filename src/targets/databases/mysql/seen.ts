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

/** One of the database itself, or `schema.table`. */
export async function hasTable(query: Query, { database }: MysqlConfig, table: string): Promise<boolean> {
  const is = async (schema: string, name: string): Promise<boolean> =>
    (await query('SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?', schema, name))
      .length > 0
  if (await is(database.database, table)) return true
  const [name = '', schema] = table.split('.').reverse()
  return schema !== undefined && (await is(schema, name))
}

/** Rows of a table, as the server estimates. */
export async function estimateOf(query: Query, { database }: MysqlConfig, table: string): Promise<number> {
  const [row] = await query(
    'SELECT table_rows AS n FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
    database.database,
    table,
  )
  return Number(row?.['n'] ?? 0)
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

/** Columns of the primary key, in its order; empty: there is none, or it is of the beginnings of texts. */
export async function keyOf(query: Query, { database }: MysqlConfig, table: string): Promise<readonly string[]> {
  const rows = await query(
    "SELECT column_name AS name, sub_part AS part FROM information_schema.statistics WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index",
    database.database,
    table,
  )
  const parts = rows.map(row => Object.values(row))
  return parts.some(([, part]) => part != null) ? [] : parts.map(([name]) => String(name))
}

export function collationsOf(columns: readonly Column[]): ReadonlyMap<string, string | null> {
  return new Map(columns.map(({ name, collation }) => [name, collation]))
}
