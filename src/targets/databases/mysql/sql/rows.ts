import type {
  DmlStatementContext,
  MultipleDeleteStatementContext,
  MultipleUpdateStatementContext,
  UpdatedElementContext,
} from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Effect } from '../../../../state/facts.ts'
import type { Reading } from './reading.ts'
import { Sources } from './sources.ts'

/** Which rows of which tables a statement changes. `views`: names that its WITH clause made. */
export function rows(reading: Reading, statement: DmlStatementContext, views: readonly string[]): readonly Effect[] {
  const insert = statement.insertStatement()
  if (insert !== null) {
    const table = reading.table(insert.tableName())
    const updated = columnsOf(reading, insert.updatedElement())
    return [
      { kind: 'rows', verb: 'insert', table },
      ...(updated.length > 0 ? [{ kind: 'rows', verb: 'update', table, columns: updated } as const] : []),
    ]
  }
  const replace = statement.replaceStatement()
  if (replace !== null) return replacing(reading.table(replace.tableName()))
  const load = statement.loadDataStatement()
  if (load !== null) {
    const table = reading.table(load.tableName())
    return load.KW_REPLACE() === null ? [{ kind: 'rows', verb: 'insert', table }] : replacing(table)
  }
  const update = statement.updateStatement()
  const one = update?.singleUpdateStatement()
  if (one) {
    const all = one.KW_WHERE() === null && one.limitClause() === null
    const columns = columnsOf(reading, one.updatedElement())
    return [{ kind: 'rows', verb: 'update', table: reading.table(one.tableName()), ...(all ? { all } : {}), columns }]
  }
  const several = update?.multipleUpdateStatement()
  if (several) return updates(reading, several, views)
  const removal = statement.deleteStatement()
  const single = removal?.singleDeleteStatement()
  if (single) {
    const all = single.KW_WHERE() === null && single.KW_LIMIT() === null
    return [{ kind: 'rows', verb: 'delete', table: reading.table(single.tableName()), ...(all ? { all } : {}) }]
  }
  const multiple = removal?.multipleDeleteStatement()
  if (multiple) return deletes(reading, multiple, views)
  return [unread(reading, statement)]
}

/** A row that is in the way is taken away. */
function replacing(table: string): readonly Effect[] {
  return [
    { kind: 'rows', verb: 'delete', table },
    { kind: 'rows', verb: 'insert', table },
  ]
}

/** A column without its table may be any table's. */
function updates(
  reading: Reading,
  statement: MultipleUpdateStatementContext,
  views: readonly string[],
): readonly Effect[] {
  const sources = new Sources(reading, statement.tableSources(), views)
  const changed = new Map<string, string[]>()
  for (const element of statement.updatedElement()) {
    const { qualifier, column } = reading.column(element.columnName())
    const tables = qualifier === undefined ? sources.tables() : [sources.table(qualifier)]
    for (const table of tables) changed.set(table, [...(changed.get(table) ?? []), column])
  }
  return [...changed].map(([table, columns]) => ({ kind: 'rows', verb: 'update', table, columns }))
}

function deletes(
  reading: Reading,
  statement: MultipleDeleteStatementContext,
  views: readonly string[],
): readonly Effect[] {
  const part = statement.tableSources()
  const sources = part === null ? null : new Sources(reading, part, views)
  const tables = statement.tableName().map(name => sources?.table(reading.name(name)) ?? reading.table(name))
  return [...new Set(tables)].map(table => ({ kind: 'rows', verb: 'delete', table }))
}

function columnsOf(reading: Reading, elements: readonly UpdatedElementContext[]): readonly string[] {
  return [...new Set(elements.map(element => reading.column(element.columnName()).column))]
}

/** What only reads has no effect; what calls something may have any. */
function unread(reading: Reading, statement: DmlStatementContext): Effect {
  const call = statement.callStatement()
  if (call !== null) return { kind: 'other', what: `call ${reading.name(call.fullId())}`, destroys: true }
  const what = reading.text(statement).split(/\s/)[0]?.toUpperCase() ?? ''
  return { kind: 'other', what }
}
