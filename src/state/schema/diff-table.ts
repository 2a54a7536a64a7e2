import type { SchemaChange } from './change.ts'
import { orderChange, partChanges, type Part, type Word } from './parts.ts'
import type { ColumnDefinition, ForeignKeyDefinition, IndexDefinition, TableDefinition } from './table.ts'

export function tableChanges(table: string, from: TableDefinition, to: TableDefinition): readonly SchemaChange[] {
  const [before, after] = [columnsOf(from, from.options['collation']), columnsOf(to, to.options['collation'])]
  return [
    ...partChanges(name => `${table}.${name}`, before, after),
    ...orderChange(table, before, after),
    ...partChanges(name => `${table}: index ${name}`, from.indexes.map(indexPart), to.indexes.map(indexPart)),
    ...partChanges(name => `${table}: foreign key ${name}`, from.foreignKeys.map(keyPart), to.foreignKeys.map(keyPart)),
    ...partChanges(name => `${table}: check ${name}`, from.checks.map(checkPart), to.checks.map(checkPart)),
    ...partChanges(name => `${table}: ${name}`, optionsOf(from), optionsOf(to)),
  ]
}

export function isTable(definition: unknown): definition is TableDefinition {
  return typeof definition === 'object' && definition !== null && 'foreignKeys' in definition
}

/** A collation is told where the table's own does not say it. */
function columnsOf({ columns }: TableDefinition, collation: string | undefined): readonly Part[] {
  return columns.map(column => ({ name: column.name, words: columnWords(column, collation) }))
}

function columnWords(column: ColumnDefinition, tableCollation: string | undefined): readonly Word[] {
  const { default: fallback, generated, onUpdate, extra } = column
  const own = column.collation === tableCollation ? undefined : column.collation
  return [
    column.type,
    column.null ? 'NULL' : 'NOT NULL',
    own === undefined ? { without: "the table's collation" } : `COLLATE ${own}`,
    fallback === undefined ? { without: 'no DEFAULT' } : `DEFAULT ${defaultWords(fallback)}`,
    generated === undefined
      ? { without: 'not generated' }
      : `AS (${generated.as}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`,
    onUpdate === undefined ? { without: 'no ON UPDATE' } : `ON UPDATE ${onUpdate}`,
    column.autoIncrement === undefined ? { without: 'no AUTO_INCREMENT' } : 'AUTO_INCREMENT',
    extra ?? { without: 'nothing more' },
  ]
}

function defaultWords(fallback: NonNullable<ColumnDefinition['default']>): string {
  return 'value' in fallback ? `'${fallback.value}'` : `(${fallback.expression})`
}

function indexPart({ name, unique, kind, parts, ignored }: IndexDefinition): Part {
  const how = `${unique ? 'unique ' : ''}${kind === 'btree' ? '' : `${kind} `}`
  return { name, words: [`${how}(${parts.join(', ')})${ignored === undefined ? '' : ', ignored'}`] }
}

function keyPart({ name, columns, table, references, onDelete, onUpdate }: ForeignKeyDefinition): Part {
  const rules = `${rule('delete', onDelete)}${rule('update', onUpdate)}`
  return { name, words: [`(${columns.join(', ')}) to ${table} (${references.join(', ')})${rules}`] }
}

/** That a row which is referred to stays is what is meant unless something else is said. */
function rule(on: string, does: string): string {
  return does === 'restrict' ? '' : `, on ${on} ${does}`
}

function checkPart({ name, clause, enforced }: TableDefinition['checks'][number]): Part {
  return { name, words: [`(${clause})${enforced ? '' : ', not enforced'}`] }
}

function optionsOf({ options }: TableDefinition): readonly Part[] {
  return Object.entries(options).map(([name, value]) => ({ name: name.replaceAll('_', ' '), words: [value] }))
}
