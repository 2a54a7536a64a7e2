import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { quoteName } from '../names.ts'
import { collationsOf, columnsOf, keyOf, type Column } from '../seen.ts'
import { bytesOf, holdsBytes, of, type Collations, type Typed } from '../columns.ts'
import { at, cut, within, type Sides } from './sides.ts'

/** One table in its two shapes: `now` as it is today (or was, once the tables changed places), `backup` as the backup has it. */
export type Shape = {
  readonly table: string
  /** Of the primary key; empty: there is none that both have. */
  readonly keys: readonly string[]
  /** Of `o` today's table, `t` the backup's, `s` the keys of what was written since. */
  readonly collations: Collations
  /** What both have, without what the server computes. */
  readonly common: readonly Column[]
  /** What only today has. */
  readonly lacking: readonly Lacking[]
}

/** `plain`: an expression of `o` that says whether the value is one that nobody need have written. */
export type Lacking = Typed & { readonly plain: string }

export async function shapeOf(
  query: Query,
  config: MysqlConfig,
  table: string,
  schemas: { readonly now: string; readonly backup: string },
): Promise<Shape> {
  const [now, then] = [at(config, schemas.now), at(config, schemas.backup)]
  const [nowColumns, thenColumns] = [await columnsOf(query, now, table), await columnsOf(query, then, table)]
  const [nowKeys, thenKeys] = [await keyOf(query, now, table), await keyOf(query, then, table)]
  const generated = new Set([...nowColumns, ...thenColumns].filter(one => one.generated).map(({ name }) => name))
  const own = nowColumns.filter(({ name }) => !generated.has(name))
  const names = new Set(thenColumns.map(({ name }) => name))
  return {
    table,
    keys: nowKeys.join('\0') === thenKeys.join('\0') ? nowKeys : [],
    collations: { o: collationsOf(nowColumns), t: collationsOf(thenColumns), s: collationsOf(thenColumns) },
    common: own
      .filter(({ name }) => names.has(name))
      .map(column => ({ ...column, type: oneType(column, thenColumns) })),
    lacking: await lackingOf(
      query,
      now,
      table,
      own.filter(({ name }) => !names.has(name)),
    ),
  }
}

/** Of two types the comparison is left to the server, unless there are bytes. */
function oneType(column: Column, others: readonly Column[]): string {
  const other = others.find(({ name }) => name === column.name) ?? column
  if (other.type === column.type) return column.type
  return holdsBytes(column) || holdsBytes(other) ? 'varbinary' : ''
}

/** A value is plain where it is NULL or the column's default: nobody can tell that somebody wrote it. */
async function lackingOf(
  query: Query,
  { database }: MysqlConfig,
  table: string,
  columns: readonly Column[],
): Promise<readonly Lacking[]> {
  if (columns.length === 0) return []
  const rows = await query(
    'SELECT column_name, column_default, is_nullable FROM information_schema.columns WHERE table_schema = ? AND table_name = ?',
    database.database,
    table,
  )
  const given = new Map(
    rows.map(row => {
      const [name, value, nullable] = Object.values(row)
      return [String(name), { value, nullable: nullable === 'YES' }] as const
    }),
  )
  return columns.map(({ name, type, collation }) => {
    const value = of(name, 'o')
    const { value: declared = null, nullable = true } = given.get(name) ?? {}
    if (declared === null && !nullable) return { name, type, collation, plain: `CAST(${value} AS CHAR) IN ('', '0')` }
    return { name, type, collation, plain: `(${value} IS NULL OR ${value} <=> DEFAULT(${value}))` }
  })
}

/** Equal to the byte where both are of one type; else as the server compares them. NULL equals NULL. */
export function equalIn(column: Column, one: string, other: string): string {
  return asBytes.test(column.type)
    ? `${bytesOf(column, one)} <=> ${bytesOf(column, other)}`
    : `${of(column.name, one)} <=> ${of(column.name, other)}`
}

const asBytes = /char|text|blob|binary|json|enum|set|timestamp/i

export function sameIn(columns: readonly Column[], one: string, other: string): string {
  return columns.length === 0 ? '1' : columns.map(column => equalIn(column, one, other)).join(' AND ')
}

/** Of such a key: whether what was written returned. */
export const isBack = '_astern_back'

/** Where a run keeps the keys of what was written to a table since the backup: beside it, in the side schema. */
export function sinceTable({ side }: Sides, table: string): string {
  return within(side, sinceName(table))
}

export function sinceName(table: string): string {
  return cut(`_astern_since_${table}`)
}

export function quoted(names: readonly string[]): string {
  return names.map(quoteName).join(', ')
}
