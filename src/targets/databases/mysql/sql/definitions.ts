import type { CreateTableContext, DdlStatementContext } from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Effect } from '../../../../state/facts.ts'
import { alterTable } from './alter.ts'
import { addIndex, dropIndex, unique } from './constraints.ts'
import { headOf } from './head.ts'
import type { Reading } from './reading.ts'

/** What a statement does to the schema. */
export function definition(reading: Reading, statement: DdlStatementContext): readonly Effect[] {
  const alter = statement.alterTable()
  if (alter !== null) return alterTable(reading, alter)
  const create = statement.createTable()
  if (create !== null) return createTable(reading, create)
  const drop = statement.dropTable()
  if (drop !== null) {
    if (drop.KW_TEMPORARY() !== null) return [{ kind: 'other', what: 'DROP TEMPORARY TABLE' }]
    const condition = reading.ifExists(drop)
    return drop
      .tableNames()
      .tableName()
      .map(name => ({ kind: 'drop table', table: reading.table(name), ...condition }))
  }
  const truncate = statement.truncateTable()
  if (truncate !== null) {
    return [{ kind: 'rows', verb: 'delete', table: reading.table(truncate.tableName()), all: true }]
  }
  const rename = statement.renameTable()
  if (rename !== null) {
    const condition = reading.ifExists(rename)
    return rename.renameTableClause().map(pair => {
      const to = reading.table(pair.tableNameCreate())
      return { kind: 'rename', table: reading.table(pair.tableName()), what: `to ${to}`, to, ...condition }
    })
  }
  const index = statement.createIndex()
  if (index !== null) {
    const name = reading.name(index.indexNameCreate())
    const table = reading.table(index.tableName())
    return [
      index.KW_UNIQUE() === null
        ? addIndex(reading, table, name, index.indexColumnNames(), index)
        : unique(reading, table, name, index.indexColumnNames(), index),
    ]
  }
  const gone = statement.dropIndex()
  if (gone !== null) {
    const table = reading.table(gone.tableName())
    return [dropIndex(table, reading.name(gone.indexName()), reading.ifExists(gone))]
  }
  const database = statement.dropDatabase()
  if (database !== null) return [{ kind: 'other', what: reading.text(database), destroys: true }]
  return [{ kind: 'other', what: headOf(reading.text(statement)) }]
}

function createTable(reading: Reading, statement: CreateTableContext): readonly Effect[] {
  const { grammar } = reading
  if (
    !(statement instanceof grammar.ColumnCreateTableContext) &&
    !(statement instanceof grammar.CopyCreateTableContext) &&
    !(statement instanceof grammar.QueryCreateTableContext)
  ) {
    return [{ kind: 'other', what: 'CREATE TABLE' }]
  }
  if (statement.KW_TEMPORARY() !== null) return [{ kind: 'other', what: 'CREATE TEMPORARY TABLE' }]
  const table = reading.table(statement.tableNameCreate())
  const created = { kind: 'create table', table, ...reading.ifNotExists(statement) } as const
  return reading.has('OR REPLACE') ? [{ kind: 'drop table', table, ifExists: true }, created] : [created]
}
