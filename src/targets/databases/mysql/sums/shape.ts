import type { Query, Row } from '../../query.ts'
import { byPosition, groupBy } from '../schema/groups.ts'

/** What of a table has to be known to sum it up. */
export type Shape = {
  readonly database: string
  readonly table: string
  readonly columns: readonly Column[]
  /** Columns no two rows share: the primary key's, or of another that allows neither a second nor NULL. Null: there are none. */
  readonly key: Key | null
  /** As the server estimates. */
  readonly rows: number
}

export type Column = {
  readonly name: string
  /** `varchar`, without its length. */
  readonly type: string
  readonly nullable: boolean
  readonly charset: string | null
}

export type Key = { readonly name: string; readonly columns: readonly Column[] }

/** In the order asked for; a table that is not there, or is a view, is left out. */
export async function shapesOf(query: Query, database: string, tables: readonly string[]): Promise<readonly Shape[]> {
  const rows = await query(
    "SELECT TABLE_NAME AS tbl, TABLE_ROWS AS estimate FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')",
    database,
  )
  const columns = await query(
    'SELECT TABLE_NAME AS tbl, COLUMN_NAME AS name, ORDINAL_POSITION AS position, DATA_TYPE AS type, IS_NULLABLE AS nullable, CHARACTER_SET_NAME AS charset, EXTRA AS extra FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?',
    database,
  )
  const indexes = await query(
    'SELECT TABLE_NAME AS tbl, INDEX_NAME AS name, SEQ_IN_INDEX AS position, COLUMN_NAME AS col, SUB_PART AS prefix, COLLATION AS direction FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA = ?',
    database,
  )
  const [byTable, columnsBy, indexesBy] = [groupBy(rows, 'tbl'), groupBy(columns, 'tbl'), groupBy(indexes, 'tbl')]
  return tables.flatMap(table => {
    const [found] = byTable.get(table) ?? []
    if (found === undefined) return []
    const all = byPosition(columnsBy.get(table) ?? []).filter(isKept)
    const shaped = all.map(columnOf)
    const key = keyOf(indexesBy.get(table) ?? [], shaped)
    return [{ database, table, columns: shaped, key, rows: Number(found['estimate'] ?? 0) }]
  })
}

/** A virtual column holds nothing of its own. */
function isKept({ extra }: Row): boolean {
  return !/virtual/i.test(String(extra))
}

function columnOf({ name, type, nullable, charset }: Row): Column {
  return {
    name: String(name),
    type: String(type).toLowerCase(),
    nullable: nullable === 'YES',
    charset: charset == null ? null : String(charset),
  }
}

function keyOf(indexes: readonly Row[], columns: readonly Column[]): Key | null {
  const keys = [...groupBy(indexes, 'name')].flatMap(([name, parts]): readonly Key[] => {
    const found = byPosition(parts).map(({ col, prefix, direction }) =>
      prefix == null && direction === 'A' ? columns.find(column => column.name === col && !column.nullable) : undefined,
    )
    const whole = found.filter(column => column !== undefined)
    return whole.length === found.length ? [{ name, columns: whole }] : []
  })
  return keys.find(({ name }) => name === 'PRIMARY') ?? keys[0] ?? null
}
