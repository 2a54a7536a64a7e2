import type { SchemaObject } from '../../../state/facts.ts'
import { canonical } from '../../../state/json.ts'
import { tokens } from '../../../state/sql/tokens.ts'
import type { Query } from '../query.ts'
import { isDrillTrigger, isOurs } from '../names.ts'
import { quoteName } from './names.ts'

/** The schema as it stands, in one spelling: quoting, spaces and case of keywords do not count, the order of columns does. */
export async function readSchema(query: Query, leaveOut: readonly string[]): Promise<readonly SchemaObject[]> {
  const rows = await query(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
  )
  const objects: SchemaObject[] = []
  for (const { type, name, tbl_name: table, sql } of rows) {
    if (type === 'trigger' && isDrillTrigger(String(name))) continue
    if (isOurs(String(table)) || leaveOut.includes(String(table))) continue
    const kind = type as SchemaObject['kind']
    const definition = kind === 'table' ? await describeTable(query, String(name), String(sql)) : spell(String(sql))
    objects.push({ kind, name: String(name), definition })
  }
  return objects
}

async function describeTable(query: Query, table: string, sql: string): Promise<string> {
  const columns = await query(
    'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid',
    table,
  )
  const keys = await query(
    'SELECT "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq',
    table,
  )
  const unique = await query("SELECT name FROM pragma_index_list(?) WHERE origin <> 'c' ORDER BY name", table)
  const uniqueColumns = await Promise.all(
    unique.map(({ name }) => query('SELECT name FROM pragma_index_info(?) ORDER BY seqno', String(name))),
  )
  return canonical({ columns, keys, unique: uniqueColumns, checks: checksOf(sql), options: optionsOf(sql) })
}

function spell(sql: string): string {
  return [...tokens(sql)]
    .map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : kind === 'name' ? text.toLowerCase() : text))
    .join(' ')
}

/** CHECK (...) clauses, which no pragma tells. */
function checksOf(sql: string): readonly string[] {
  const all = [...tokens(sql)]
  return all.flatMap((token, index) => {
    if (token.kind !== 'word' || token.text.toUpperCase() !== 'CHECK') return []
    let depth = 0
    const parts: string[] = []
    for (const { text, kind } of all.slice(index + 1)) {
      if (text === '(' && kind === 'sign') depth += 1
      if (text === ')' && kind === 'sign') depth -= 1
      parts.push(kind === 'string' ? text : text.toLowerCase())
      if (depth === 0) break
    }
    return [parts.join(' ')]
  })
}

function optionsOf(sql: string): string {
  const tail = sql.slice(sql.lastIndexOf(')') + 1)
  return spell(tail)
}

export async function tablesOf(query: Query): Promise<readonly string[]> {
  const rows = await query(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  )
  return rows.map(({ name }) => String(name))
}

export async function countRows(query: Query, table: string, where = ''): Promise<number> {
  const [row] = await query(`SELECT count(*) AS n FROM ${quoteName(table)} ${where}`)
  return Number(row?.['n'] ?? 0)
}

export async function columnsOf(
  query: Query,
  table: string,
): Promise<readonly { readonly name: string; readonly key: boolean }[]> {
  const rows = await query('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid', table)
  return rows.map(({ name, pk }) => ({ name: String(name), key: Number(pk) > 0 }))
}
