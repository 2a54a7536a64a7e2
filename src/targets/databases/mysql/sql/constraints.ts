import type { AlterOptionContext, IndexColumnNamesContext } from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Effect } from '../../../../state/facts.ts'
import type { Part, Reading } from './reading.ts'

/** What an ALTER TABLE clause does to indexes and constraints; null where it is about neither. */
export function constraints(reading: Reading, table: string, clause: AlterOptionContext): readonly Effect[] | null {
  const { grammar } = reading
  const symbol = (uid: Part | null): string | undefined => (uid === null ? undefined : reading.name(uid))
  if (clause instanceof grammar.AlterByAddIndexContext || clause instanceof grammar.AlterByAddSpecialIndexContext) {
    return [addIndex(reading, table, symbol(clause.indexName()), clause.indexColumnNames(), clause)]
  }
  if (clause instanceof grammar.AlterByAddUniqueKeyContext) {
    const index = symbol(clause.indexName()) ?? symbol(clause.uid())
    return [unique(reading, table, index, clause.indexColumnNames(), clause)]
  }
  if (clause instanceof grammar.AlterByAddPrimaryKeyContext) {
    const part = clause.indexColumnNames()
    const columns = reading.columns(part)
    return [{ kind: 'unique', table, columns, ...reading.lengths(part), primary: true, ...reading.ifNotExists(clause) }]
  }
  if (clause instanceof grammar.AlterByAddForeignKeyContext) {
    const reference = clause.referenceDefinition()
    const there = reference.indexColumnNames()
    const to = { table: reading.table(reference.tableName()), columns: there === null ? [] : reading.columns(there) }
    const name = symbol(clause.uid()) ?? symbol(clause.indexName())
    const columns = reading.columns(clause.indexColumnNames())
    return [{ kind: 'reference', table, columns, to, ...named(name), ...reading.ifNotExists(clause) }]
  }
  if (clause instanceof grammar.AlterByAddCheckTableConstraintContext) {
    const check = clause.checkConstraintDefinition()
    if (check === null) return null
    if (check.KW_NOT() !== null) return [{ kind: 'other', what: `note a condition of ${table}` }]
    const name = symbol(check.constraintSymbol()?.uid() ?? null)
    const expression = reading.text(check.expression())
    return [{ kind: 'check', table, expression, ...named(name), ...reading.ifNotExists(clause) }]
  }
  return dropped(reading, table, clause)
}

function dropped(reading: Reading, table: string, clause: AlterOptionContext): readonly Effect[] | null {
  const { grammar } = reading
  const condition = reading.ifExists(clause)
  if (clause instanceof grammar.AlterByDropIndexContext) {
    return [dropIndex(table, reading.name(clause.indexName()), condition)]
  }
  if (clause instanceof grammar.AlterByRenameIndexContext) {
    const index = reading.name(clause.indexName())
    const to = reading.name(clause.indexNameCreate())
    return [{ kind: 'index', what: `${index} of ${table} to ${to}`, verb: 'rename', table, index, to, ...condition }]
  }
  if (clause instanceof grammar.AlterByDropPrimaryKeyContext) {
    return [{ kind: 'drop constraint', table, of: 'primary key', ...condition }]
  }
  if (clause instanceof grammar.AlterByDropForeignKeyContext) {
    return [{ kind: 'drop constraint', table, of: 'foreign key', name: reading.name(clause.uid()), ...condition }]
  }
  if (clause instanceof grammar.AlterByDropConstraintCheckContext) {
    const of = clause.KW_CHECK() === null ? 'constraint' : 'check'
    return [{ kind: 'drop constraint', table, of, name: reading.name(clause.uid()), ...condition }]
  }
  return null
}

export function addIndex(
  reading: Reading,
  table: string,
  index: string | undefined,
  part: IndexColumnNamesContext,
  clause: Part,
): Effect {
  const what = index === undefined ? table : `${index} of ${table}`
  const columns = reading.columns(part)
  const known = columns.includes('') ? {} : { columns }
  return { kind: 'index', what, verb: 'add', table, ...indexed(index), ...known, ...reading.ifNotExists(clause) }
}

export function dropIndex(table: string, index: string, condition: { readonly ifExists?: true }): Effect {
  if (index.toUpperCase() === 'PRIMARY') return { kind: 'drop constraint', table, of: 'primary key', ...condition }
  return { kind: 'index', what: `${index} of ${table}`, verb: 'drop', table, index, ...condition }
}

/** An index over expressions cannot be told by columns. */
export function unique(
  reading: Reading,
  table: string,
  index: string | undefined,
  part: IndexColumnNamesContext,
  clause: Part,
): Effect {
  const columns = reading.columns(part)
  if (columns.includes('')) return addIndex(reading, table, index, part, clause)
  return { kind: 'unique', table, columns, ...indexed(index), ...reading.lengths(part), ...reading.ifNotExists(clause) }
}

function indexed(index: string | undefined): { readonly index?: string } {
  return index === undefined ? {} : { index }
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name }
}
