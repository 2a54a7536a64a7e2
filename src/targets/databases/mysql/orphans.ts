import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { of } from './columns.ts'
import { quoteName } from './names.ts'

type Reference = {
  readonly name: string
  readonly table: string
  readonly parent: string
  readonly parentSchema: string
  readonly columns: readonly string[]
  readonly parentColumns: readonly string[]
}

/** Rows that refer to nothing, per foreign key: a server does not look again at rows that came in unchecked. */
export async function orphanCounts(
  query: Query,
  config: MysqlConfig,
): Promise<readonly { readonly what: string; readonly rows: number }[]> {
  const counts: { what: string; rows: number }[] = []
  for (const reference of await references(query, config)) {
    const { name, table, parent, parentSchema, columns, parentColumns } = reference
    const on = columns
      .map((column, index) => `${of(column, 'c')} = ${of(parentColumns[index] ?? '', 'p')}`)
      .join(' AND ')
    const set = columns.map(column => `${of(column, 'c')} IS NOT NULL`).join(' AND ')
    const [row] = await query(
      `SELECT COUNT(*) AS n FROM ${quoteName(table)} c LEFT JOIN ${quoteName(parentSchema)}.${quoteName(parent)} p ON ${on} WHERE ${set} AND ${of(parentColumns[0] ?? '', 'p')} IS NULL`,
    )
    counts.push({ what: `rows of ${table} without ${parent} (${name})`, rows: Number(row?.['n']) })
  }
  return counts
}

async function references(query: Query, { database }: MysqlConfig): Promise<readonly Reference[]> {
  const rows = await query(
    `SELECT constraint_name, table_name, referenced_table_schema, referenced_table_name, column_name, referenced_column_name
      FROM information_schema.key_column_usage WHERE table_schema = ? AND referenced_table_name IS NOT NULL
      ORDER BY table_name, constraint_name, ordinal_position`,
    database.database,
  )
  const found = new Map<string, Reference>()
  for (const row of rows) {
    const [name, table, parentSchema, parent, column, parentColumn] = Object.values(row).map(String)
    const key = `${table}.${name}`
    const before = found.get(key)
    found.set(key, {
      name: name ?? '',
      table: table ?? '',
      parent: parent ?? '',
      parentSchema: parentSchema ?? '',
      columns: [...(before?.columns ?? []), column ?? ''],
      parentColumns: [...(before?.parentColumns ?? []), parentColumn ?? ''],
    })
  }
  return [...found.values()]
}
