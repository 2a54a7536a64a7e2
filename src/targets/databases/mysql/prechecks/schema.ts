import type { Query, Row } from '../../query.ts'

export type Column = {
  readonly name: string
  /** `varchar` */
  readonly data: string
  /** `varchar(20)`, `int(10) unsigned` */
  readonly type: string
  readonly nullable: boolean
  /** In characters; null: it is no text, or has no limit. */
  readonly length: number | null
  readonly charset: string | null
  readonly collation: string | null
}

export type Index = {
  readonly name: string
  readonly unique: boolean
  readonly columns: readonly string[]
  readonly lengths: readonly (number | null)[]
}

export type Table = {
  readonly name: string
  readonly isView: boolean
  readonly charset: string | null
  readonly collation: string | null
  readonly columns: readonly Column[]
  readonly indexes: readonly Index[]
  readonly constraints: readonly { readonly name: string; readonly kind: string }[]
}

/** The character set that a collation belongs to; null: its name does not say. */
export function charsetOf(collation: string): string | null {
  return collation.startsWith('uca') ? null : (collation.split('_')[0] ?? null)
}

/** What the server knows of these tables; those that are not there are left out. */
export async function readTables(query: Query, database: string, names: readonly string[]): Promise<readonly Table[]> {
  if (names.length === 0) return []
  const marks = names.map(() => '?').join(', ')
  const of = (columns: string, from: string, order: string): Promise<readonly Row[]> =>
    query(`SELECT ${columns} FROM information_schema.${from} ORDER BY ${order}`, database, ...names)
  const where = `table_schema = ? AND table_name IN (${marks})`
  const [tables, columns, indexes, constraints] = [
    await of('table_name AS tbl, table_type AS kind, table_collation AS coll', `tables WHERE ${where}`, '1'),
    await of(
      'table_name AS tbl, column_name AS name, data_type AS data, column_type AS type, is_nullable AS nullable, character_maximum_length AS len, character_set_name AS cset, collation_name AS coll',
      `columns WHERE ${where}`,
      '1, ordinal_position',
    ),
    await of(
      'table_name AS tbl, index_name AS name, non_unique AS loose, column_name AS col, sub_part AS part',
      `statistics WHERE ${where}`,
      '1, 2, seq_in_index',
    ),
    await of(
      'table_name AS tbl, constraint_name AS name, constraint_type AS kind',
      `table_constraints WHERE ${where}`,
      '1, 2',
    ),
  ]
  return tables.map(row => {
    const name = text(row['tbl'])
    const own = (rows: readonly Row[]): readonly Row[] => rows.filter(other => text(other['tbl']) === name)
    return {
      name,
      isView: text(row['kind']).includes('VIEW'),
      charset: row['coll'] == null ? null : charsetOf(text(row['coll'])),
      collation: orNull(row['coll']),
      columns: own(columns).map(columnOf),
      indexes: indexesOf(own(indexes)),
      constraints: own(constraints).map(other => ({
        name: text(other['name']),
        kind: text(other['kind']).toUpperCase(),
      })),
    }
  })
}

export type Reference = {
  readonly name: string
  readonly child: string
  readonly columns: readonly string[]
  readonly parent: string
  readonly parentColumns: readonly string[]
}

/** Foreign keys of these tables, and those of other tables of the schema that refer to them. */
export async function readReferences(
  query: Query,
  database: string,
  names: readonly string[],
): Promise<readonly Reference[]> {
  if (names.length === 0) return []
  const marks = names.map(() => '?').join(', ')
  const rows = await query(
    `SELECT constraint_name AS name, table_name AS child, column_name AS col, referenced_table_name AS parent, referenced_column_name AS there FROM information_schema.key_column_usage WHERE table_schema = ? AND referenced_table_schema = ? AND (table_name IN (${marks}) OR referenced_table_name IN (${marks})) ORDER BY 2, 1, ordinal_position`,
    database,
    database,
    ...names,
    ...names,
  )
  const keys = rows.map(row => `${text(row['child'])}\0${text(row['name'])}`)
  return [...new Set(keys)].map(key => {
    const own = rows.filter((_, index) => keys[index] === key)
    return {
      name: text(own[0]?.['name']),
      child: text(own[0]?.['child']),
      columns: own.map(row => text(row['col'])),
      parent: text(own[0]?.['parent']),
      parentColumns: own.map(row => text(row['there'])),
    }
  })
}

function columnOf(row: Row): Column {
  return {
    name: text(row['name']),
    data: text(row['data']).toLowerCase(),
    type: text(row['type']).toLowerCase(),
    nullable: text(row['nullable']) === 'YES',
    length: row['len'] == null ? null : Number(row['len']),
    charset: orNull(row['cset']),
    collation: orNull(row['coll']),
  }
}

function indexesOf(rows: readonly Row[]): readonly Index[] {
  const names = [...new Set(rows.map(row => text(row['name'])))]
  return names.map(name => {
    const own = rows.filter(row => text(row['name']) === name)
    return {
      name,
      unique: own.every(row => Number(row['loose']) === 0),
      columns: own.map(row => text(row['col'] ?? '')),
      lengths: own.map(row => (row['part'] == null ? null : Number(row['part']))),
    }
  })
}

function text(value: unknown): string {
  return String(value)
}

function orNull(value: unknown): string | null {
  return value == null ? null : String(value)
}
