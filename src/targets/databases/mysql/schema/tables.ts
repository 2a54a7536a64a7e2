import type { SchemaObject } from '../../../../state/facts.ts'
import { canonical, type Json } from '../../../../state/json.ts'
import type { TableDefinition } from '../../../../state/schema/table.ts'
import type { Row } from '../../query.ts'
import { columnOf, spellCollation } from './column.ts'
import { spellExpression } from './expression.ts'
import { byPosition, groupBy } from './groups.ts'
import { checksOf, foreignKeysOf, indexesOf, isJsonCheck } from './keys.ts'
import type { SchemaRows } from './rows.ts'

export function tablesOf(rows: SchemaRows): readonly SchemaObject[] {
  const by = {
    columns: groupBy(rows.columns, 'tbl'),
    indexes: groupBy(rows.indexes, 'tbl'),
    keys: groupBy(rows.keys, 'tbl'),
    rules: groupBy(rows.rules, 'tbl'),
    checks: groupBy(rows.checks, 'tbl'),
    partitions: groupBy(rows.partitions, 'tbl'),
    sequences: groupBy(rows.sequences, 'tbl'),
  }
  return rows.tables.filter(isTable).map(row => {
    const name = String(row['tbl'])
    const of = (part: keyof typeof by): readonly Row[] => by[part].get(name) ?? []
    const checks = checksOf(of('checks'), rows)
    const json = new Set(
      jsonColumns(
        of('columns'),
        checks.filter(isJsonCheck).map(check => check.name),
      ),
    )
    const definition: TableDefinition = {
      columns: byPosition(of('columns')).map(column => columnOf(column, rows, json.has(String(column['name'])))),
      indexes: indexesOf(of('indexes'), rows),
      foreignKeys: foreignKeysOf(of('keys'), of('rules'), rows.database),
      checks: checks.filter(check => !(isJsonCheck(check) && json.has(check.name))),
      options: {
        ...optionsOf(row),
        ...partitioningOf(of('partitions'), rows.database),
        ...Object.fromEntries(of('sequences').map(({ made }) => ['sequence', String(made)])),
      },
    }
    return { kind: 'table', name, definition: canonical(definition as unknown as Json) }
  })
}

function isTable({ type }: Row): boolean {
  return ['BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE'].includes(String(type))
}

function jsonColumns(columns: readonly Row[], checked: readonly string[]): readonly string[] {
  return columns
    .filter(({ type, collation }) => type === 'longtext' && collation === 'utf8mb4_bin')
    .map(({ name }) => String(name))
    .filter(name => checked.includes(name))
}

/** What was set by somebody. How many rows it is meant for, and how their statistics are kept, is no schema. */
function optionsOf(row: Row): Readonly<Record<string, string>> {
  const told = String(row['options'] ?? '')
  const pairs = [...told.matchAll(/(\w+)=("[^"]*"|'[^']*'|`[^`]*`|\S+)/g)].map(
    ([, name = '', value = '']) => [name.toLowerCase(), value.replaceAll(/["'`]/g, '').toLowerCase()] as const,
  )
  const wanted = ['row_format', 'key_block_size', 'compression', 'encryption', 'encrypted', 'page_compressed']
  const type = String(row['type'])
  return {
    engine: String(row['engine']),
    ...(row['collation'] == null ? {} : { collation: spellCollation(String(row['collation'])) }),
    ...(type === 'BASE TABLE' ? {} : { type: type.toLowerCase() }),
    ...Object.fromEntries(pairs.filter(([name, value]) => wanted.includes(name) && value !== 'n')),
  }
}

/** How rows are dealt out; not the list of partitions, which jobs add to and drop from every day. */
function partitioningOf(rows: readonly Row[], database: string): Readonly<Record<string, string>> {
  const [first] = rows
  if (first === undefined) return {}
  const how = (method: unknown, expression: unknown): string =>
    `${String(method).toLowerCase()}(${spellExpression(String(expression ?? ''), database)})`
  const sub = first['sub_method'] == null ? '' : ` ${how(first['sub_method'], first['sub_expression'])}`
  return { partitioned: how(first['method'], first['expression']) + sub }
}
