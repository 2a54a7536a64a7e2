import type { ColumnDefinitionContext } from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Effect } from '../../../../state/facts.ts'
import type { Part, Reading } from './reading.ts'

export function addColumn(
  reading: Reading,
  table: string,
  column: string,
  definition: ColumnDefinitionContext,
  clause: Part,
): readonly Effect[] {
  const { type, notNull, hasDefault, others } = definitionOf(reading, table, column, definition)
  const condition = reading.ifNotExists(clause)
  return [{ kind: 'add column', table, column, type, notNull, hasDefault, ...condition }, ...others]
}

export function changeColumn(
  reading: Reading,
  table: string,
  column: string,
  definition: ColumnDefinitionContext,
  clause: Part,
): readonly Effect[] {
  const { type, notNull, others } = definitionOf(reading, table, column, definition)
  return [{ kind: 'change column', table, column, type, notNull, ...reading.ifExists(clause) }, ...others]
}

/** What a definition says of the column, and what else it brings: an index, a condition, a reference. */
function definitionOf(reading: Reading, table: string, column: string, definition: ColumnDefinitionContext) {
  const { grammar } = reading
  const type = reading.text(definition.dataType())
  let notNull = /^serial$/i.test(type)
  // Without a default of its own the first value of an ENUM is it, and a TIMESTAMP may have the time of day.
  let hasDefault = /^(serial$|enum\b|timestamp\b)/i.test(type)
  const others: Effect[] = []
  const unique = (primary: boolean): Effect => ({
    kind: 'unique',
    table,
    columns: [column],
    ...(primary ? { primary } : {}),
  })
  for (const constraint of definition.columnConstraint()) {
    if (constraint instanceof grammar.NullColumnConstraintContext) notNull = constraint.nullNotNull().KW_NOT() !== null
    else if (constraint instanceof grammar.DefaultColumnConstraintContext) hasDefault = true
    else if (constraint instanceof grammar.AutoIncrementColumnConstraintContext) {
      hasDefault ||= constraint.KW_AUTO_INCREMENT() !== null
    } else if (constraint instanceof grammar.GeneratedColumnConstraintContext) hasDefault = true
    else if (constraint instanceof grammar.SerialDefaultColumnConstraintContext) hasDefault = true
    else if (constraint instanceof grammar.PrimaryKeyColumnConstraintContext) {
      notNull = true
      others.push(unique(true))
    } else if (constraint instanceof grammar.UniqueKeyColumnConstraintContext) others.push(unique(false))
    else if (constraint instanceof grammar.ReferenceColumnConstraintContext) {
      const reference = constraint.referenceDefinition()
      const columns = reference.indexColumnNames()
      const to = {
        table: reading.table(reference.tableName()),
        columns: columns === null ? [] : reading.columns(columns),
      }
      others.push({ kind: 'reference', table, columns: [column], to })
    } else if (constraint instanceof grammar.CheckExprContext) {
      const expression = reading.text(constraint.checkConstraintDefinition().expression())
      others.push({ kind: 'check', table, expression })
    }
  }
  return { type, notNull, hasDefault, others }
}
