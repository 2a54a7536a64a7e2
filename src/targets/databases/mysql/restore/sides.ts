import { createHash } from 'node:crypto'
import { sides, swaps } from '../../names.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { quoteName } from '../names.ts'
import { hasTable } from '../seen.ts'

/** Two schemas of a restore: what is loaded from the backup, and where the swap leaves today's tables. */
export type Sides = { readonly side: string; readonly old: string }

/** A table that changes places: whether it was there today, and whether the backup has it. */
export type Swapped = { readonly table: string; readonly today: boolean; readonly backup: boolean }

/** Both names fit into 64 signs, which is what a server takes; what is cut is told apart by a digest. */
export function sidesOf(run: string, schema: string): Sides {
  const whole = `_astern_${run.replaceAll(/\W/g, '_')}_${schema}`
  const side = cut(whole, 60)
  return { side, old: `${side}_old` }
}

export function cut(name: string, length = 64): string {
  if (name.length <= length) return name
  return `${name.slice(0, length - 9)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}

/** Null: this run claimed none. */
export async function findSides(query: Query, config: MysqlConfig, run: string): Promise<Sides | null> {
  if (!(await hasTable(query, config, sides))) return null
  const [row] = await query(`SELECT side, old FROM ${quoteName(sides)} WHERE run = ?`, run)
  return row === undefined ? null : { side: String(row['side']), old: String(row['old']) }
}

export async function swappedTables(query: Query, run: string): Promise<readonly Swapped[]> {
  const rows = await query(`SELECT tbl, today, backup FROM ${quoteName(swaps)} WHERE run = ? ORDER BY tbl`, run)
  return rows.map(({ tbl, today, backup }) => ({
    table: String(tbl),
    today: Number(today) === 1,
    backup: Number(backup) === 1,
  }))
}

/** The same server, another schema of it. */
export function at(config: MysqlConfig, schema: string): MysqlConfig {
  return { ...config, database: { ...config.database, database: schema } }
}

export function within(schema: string, table: string): string {
  return `${quoteName(schema)}.${quoteName(table)}`
}

export async function hasSchema(query: Query, schema: string): Promise<boolean> {
  return (await query('SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', schema)).length > 0
}

/** All of a schema that RENAME TABLE moves and that is not Astern's own: tables, also those with system versioning, and sequences. */
export async function tablesOf(query: Query, schema: string): Promise<readonly string[]> {
  return namedOf(query, schema, ['BASE TABLE', 'SYSTEM VERSIONED', sequence])
}

/** Those of them that hold no rows. */
export async function sequencesOf(query: Query, schema: string): Promise<readonly string[]> {
  return namedOf(query, schema, [sequence])
}

/** Those that keep their rows' former states. */
export async function versionedOf(query: Query, schema: string): Promise<readonly string[]> {
  return namedOf(query, schema, ['SYSTEM VERSIONED'])
}

const sequence = 'SEQUENCE'

async function namedOf(query: Query, schema: string, types: readonly string[]): Promise<readonly string[]> {
  const rows = await query(
    'SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name',
    schema,
  )
  return rows
    .map(row => Object.values(row).map(String))
    .flatMap(([name = '', type = '']) => (types.includes(type) && !name.startsWith('_astern_') ? [name] : []))
}
