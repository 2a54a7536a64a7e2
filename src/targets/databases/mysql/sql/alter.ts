import type { AlterOptionContext, AlterTableContext } from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Effect } from '../../../../state/facts.ts'
import { addColumn, changeColumn } from './columns.ts'
import { constraints } from './constraints.ts'
import { ofOption, ofPartition } from './options.ts'
import type { Reading } from './reading.ts'

/** Each clause of an ALTER TABLE has an effect of its own. */
export function alterTable(reading: Reading, statement: AlterTableContext): readonly Effect[] {
  const table = reading.table(statement.tableName())
  if (reading.has('IGNORE')) {
    return [{ kind: 'other', what: `alter ${table} and leave out what does not fit`, destroys: true }]
  }
  const clauses = statement.alterOption().flatMap(clause => ofClause(reading, table, clause))
  const partitions = statement.alterPartitionSpecification().flatMap(part => ofPartition(reading, table, part))
  const effects = [...clauses, ...partitions]
  if (reading.has('PARTITION BY')) effects.push({ kind: 'other', what: `part ${table} anew` })
  if (reading.has('ADD SYSTEM VERSIONING')) effects.push({ kind: 'other', what: `keep the history of ${table}` })
  if (reading.has('DROP SYSTEM VERSIONING')) {
    effects.push({ kind: 'other', what: `drop the history of ${table}`, destroys: true })
  }
  return effects.length > 0 ? effects : [{ kind: 'other', what: `alter ${table}` }]
}

function ofClause(reading: Reading, table: string, clause: AlterOptionContext): readonly Effect[] {
  const { grammar } = reading
  return columns(reading, table, clause) ?? constraints(reading, table, clause) ?? others()

  function others(): readonly Effect[] {
    if (clause instanceof grammar.AlterByRenameContext) {
      const to = reading.table(clause.tableNameCreate())
      return [{ kind: 'rename', table, what: `to ${to}`, to }]
    }
    if (clause instanceof grammar.AlterByConvertCharsetContext) {
      const collation = clause.collationName()
      const charset = reading.text(clause.charsetName()).replaceAll(/['"`]/g, '').toLowerCase()
      return [{ kind: 'charset', table, charset, collation: collation === null ? null : reading.name(collation) }]
    }
    if (clause instanceof grammar.AlterByTableOptionContext) {
      return clause.tableOption().map(option => ofOption(reading, table, option))
    }
    if (clause instanceof grammar.AlterPartitionContext) {
      return ofPartition(reading, table, clause.alterPartitionSpecification())
    }
    // How it is done, and not what.
    if (clause instanceof grammar.AlterBySetAlgorithmContext || clause instanceof grammar.AlterByLockContext) return []
    return [{ kind: 'other', what: `alter ${table}: ${reading.text(clause)}` }]
  }
}

function columns(reading: Reading, table: string, clause: AlterOptionContext): readonly Effect[] | null {
  const { grammar } = reading
  if (clause instanceof grammar.AlterByAddColumnContext) {
    const [column] = clause.columnName()
    return addColumn(
      reading,
      table,
      column === undefined ? '' : reading.name(column),
      clause.columnDefinition(),
      clause,
    )
  }
  if (clause instanceof grammar.AlterByAddColumnsContext) {
    const definitions = clause.columnDefinition()
    return clause.columnName().flatMap((name, index) => {
      const definition = definitions[index]
      return definition === undefined ? [] : addColumn(reading, table, reading.name(name), definition, clause)
    })
  }
  if (clause instanceof grammar.AlterByDropColumnContext) {
    return [{ kind: 'drop column', table, column: reading.name(clause.columnName()), ...reading.ifExists(clause) }]
  }
  if (clause instanceof grammar.AlterByModifyColumnContext) {
    const [column] = clause.columnName()
    return changeColumn(
      reading,
      table,
      column === undefined ? '' : reading.name(column),
      clause.columnDefinition(),
      clause,
    )
  }
  if (clause instanceof grammar.AlterByChangeColumnContext) {
    const [old] = clause.columnName()
    const column = old === undefined ? '' : reading.name(old)
    const to = reading.name(clause.columnNameCreate())
    const changed = changeColumn(reading, table, column, clause.columnDefinition(), clause)
    return column === to ? changed : [...changed, renamed(column, to)]
  }
  if (clause instanceof grammar.AlterByRenameColumnContext) {
    return [renamed(reading.name(clause.columnName()), reading.name(clause.columnNameCreate()))]
  }
  return null

  function renamed(column: string, to: string): Effect {
    return { kind: 'rename', table, what: `column ${column} to ${to}`, column, to, ...reading.ifExists(clause) }
  }
}
