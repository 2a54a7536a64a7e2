import type { SchemaObject } from '../../../../state/facts.ts'
import type { Query, Row } from '../../query.ts'
import { quoteName } from '../names.ts'
import { sortedBy } from './groups.ts'
import { programsOf } from './programs.ts'
import { readRows, type SchemaRows } from './rows.ts'
import { tablesOf } from './tables.ts'

/**
 * The schema as it stands, in one spelling for MySQL 5.7 and 8 and MariaDB 10.4 to 11, in a dozen queries however many tables there are.
 * Left out: counters, comments, definers, statistics, Astern's own tables and those of `leaveOut`. `as`: how its rows are to be read.
 */
export async function readSchema(
  query: Query,
  database: string,
  leaveOut: readonly string[],
  as = (rows: SchemaRows): SchemaRows => rows,
): Promise<readonly SchemaObject[]> {
  const rows = as(await readRows(query, database))
  return schemaOf({ ...rows, rules: [...rows.rules, ...(await hiddenRules(query, rows))] }, leaveOut)
}

export function schemaOf(rows: SchemaRows, leaveOut: readonly string[]): readonly SchemaObject[] {
  const isOut = (table: unknown): boolean => String(table).startsWith('_astern_') || leaveOut.includes(String(table))
  const kept: SchemaRows = {
    ...rows,
    tables: rows.tables.filter(({ tbl }) => !isOut(tbl)),
    triggers: rows.triggers.filter(({ tbl }) => !isOut(tbl)),
  }
  return sortedBy([...tablesOf(kept), ...programsOf(kept)], ({ kind, name }) => `${kind} ${name}`)
}

/** An account that may only SELECT is told which columns refer to what, but not the rules; its SHOW CREATE TABLE has them. */
async function hiddenRules(query: Query, rows: SchemaRows): Promise<readonly Row[]> {
  const known = new Set(rows.rules.map(({ tbl, name }) => `${String(tbl)} ${String(name)}`))
  const hidden = rows.keys.filter(({ tbl, name }) => !known.has(`${String(tbl)} ${String(name)}`))
  const rules: Row[] = []
  for (const table of new Set(hidden.map(({ tbl }) => String(tbl)))) {
    const [shown] = await query(`SHOW CREATE TABLE ${quoteName(rows.database)}.${quoteName(table)}`)
    const text = String(Object.values(shown ?? {})[1] ?? '')
    for (const { name } of hidden.filter(({ tbl }) => tbl === table)) rules.push(ruleIn(text, table, String(name)))
  }
  return rules
}

function ruleIn(text: string, table: string, name: string): Row {
  const line = text.split('\n').find(each => each.trim().startsWith(`CONSTRAINT ${quoteName(name)} FOREIGN KEY`)) ?? ''
  const rule = (on: string): string =>
    new RegExp(`ON ${on} (CASCADE|SET NULL|SET DEFAULT|NO ACTION|RESTRICT)`).exec(line)?.[1] ?? 'RESTRICT'
  return { tbl: table, name, on_update: rule('UPDATE'), on_delete: rule('DELETE') }
}
