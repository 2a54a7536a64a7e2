import type { DatabaseCommand } from '../../../state/command.ts'
import type { Json } from '../../../state/json.ts'
import { archives, conflicts } from '../names.ts'
import { quoteName } from './names.ts'
import type { Query } from '../query.ts'
import type { Sql } from './protocol.ts'
import { columnsOf } from './schema.ts'

type PutBack = Extract<DatabaseCommand, { kind: 'database.put-back' }>
type Row = Readonly<Record<string, Json>>

/**
 * Archived values go back only where nobody has changed the row since: its other columns say the same, and the value's
 * place is empty. Every other archived row becomes a conflict, with both sides, and the present one stays.
 */
export async function putBackStatements(query: Query, command: PutBack, run: string): Promise<readonly Sql[]> {
  const [found] = await query(
    `SELECT archive, key_columns FROM ${archives} WHERE run = ? AND tbl = ?`,
    command.run,
    command.table,
  )
  if (found === undefined) throw new Error(`run ${command.run} archived nothing of ${command.table}`)
  const keys = JSON.parse(String(found['key_columns'])) as readonly string[]
  const key = keys.length === 0 ? ['_rowid'] : keys
  const there = (await columnsOf(query, command.table)).map(({ name }) => name)
  const rows = await query(`SELECT * FROM ${quoteName(String(found['archive']))}`)
  const statements: Sql[] = [createConflicts]
  for (const archived of rows) {
    const present = await presentRow(query, command.table, key, archived)
    statements.push(...settle(command.table, key, there, archived, present, run))
  }
  return statements
}

const createConflicts: Sql = {
  sql: `CREATE TABLE IF NOT EXISTS ${conflicts} (run TEXT NOT NULL, tbl TEXT NOT NULL, row_key TEXT NOT NULL, why TEXT NOT NULL, archived TEXT NOT NULL, present TEXT, PRIMARY KEY (run, tbl, row_key))`,
  args: [],
}

async function presentRow(query: Query, table: string, key: readonly string[], archived: Row): Promise<Row | null> {
  const [row] = await query(
    `SELECT * FROM ${quoteName(table)} WHERE ${matching(key)}`,
    ...key.map(name => archived[name] ?? null),
  )
  return row ?? null
}

function matching(key: readonly string[]): string {
  return key.map(name => `${name === '_rowid' ? 'rowid' : quoteName(name)} = ?`).join(' AND ')
}

function settle(
  table: string,
  key: readonly string[],
  there: readonly string[],
  archived: Row,
  present: Row | null,
  run: string,
): readonly Sql[] {
  const values = key.map(name => archived[name] ?? null)
  const conflict = (why: string): Sql => ({
    sql: `INSERT INTO ${conflicts} (run, tbl, row_key, why, archived, present) VALUES (?, ?, ?, ?, ?, ?)`,
    args: [
      run,
      table,
      values.map(String).join(', '),
      why,
      JSON.stringify(archived),
      present === null ? null : JSON.stringify(present),
    ],
  })
  if (present === null) return [conflict('deleted since')]
  const common = there.filter(name => !key.includes(name) && name in archived)
  const differing = common.filter(name => present[name] !== archived[name])
  const empty = differing.filter(name => present[name] === null)
  if (empty.length < differing.length) return [conflict('changed since')]
  if (empty.length === 0) return []
  const sets = empty.map(name => `${quoteName(name)} = ?`).join(', ')
  const guard = empty.map(name => `${quoteName(name)} IS NULL`).join(' AND ')
  const sql = `UPDATE ${quoteName(table)} SET ${sets} WHERE ${matching(key)} AND ${guard}`
  return [{ sql, args: [...empty.map(name => archived[name] ?? null), ...values] }]
}
