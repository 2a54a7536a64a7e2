import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { quoteName } from '../names.ts'
import { columnsOf, keyOf, type Column } from '../seen.ts'
import { of } from '../columns.ts'
import { at, cut, within, type Sides } from './sides.ts'

/** One table in its two shapes: `now` as it is today (or was, once the tables changed places), `backup` as the backup has it. */
export type Shape = {
  readonly table: string
  /** Of the primary key; empty: there is none that both have. */
  readonly keys: readonly string[]
  /** What both have, without what the server computes. */
  readonly common: readonly Column[]
  /** What only today has. */
  readonly lacking: readonly Lacking[]
}

/** `plain`: an expression of `o` that says whether the value is one that nobody need have written. */
export type Lacking = { readonly name: string; readonly plain: string }

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
    common: own
      .filter(({ name }) => names.has(name))
      .map(column => ({
        ...column,
        // Of two types the comparison is left to the server.
        type: thenColumns.find(({ name }) => name === column.name)?.type === column.type ? column.type : '',
      })),
    lacking: await lackingOf(
      query,
      now,
      table,
      own.filter(({ name }) => !names.has(name)),
    ),
  }
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
  return columns.map(({ name }) => {
    const value = of(name, 'o')
    const { value: declared = null, nullable = true } = given.get(name) ?? {}
    if (declared === null && !nullable) return { name, plain: `CAST(${value} AS CHAR) IN ('', '0')` }
    return { name, plain: `(${value} IS NULL OR ${value} <=> DEFAULT(${value}))` }
  })
}

/** Equal to the byte where both are of one type; else as the server compares them. NULL equals NULL. */
export function equalIn(column: Column, one: string, other: string): string {
  const [a, b] = [of(column.name, one), of(column.name, other)]
  return isText.test(column.type) ? `CAST(${a} AS BINARY) <=> CAST(${b} AS BINARY)` : `${a} <=> ${b}`
}

const isText = /char|text|blob|binary|json|enum|set/i

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
