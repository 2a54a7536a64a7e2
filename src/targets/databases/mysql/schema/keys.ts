import type { CheckDefinition, ForeignKeyDefinition, IndexDefinition } from '../../../../state/schema/table.ts'
import type { Row } from '../../query.ts'
import { asWritten } from './column.ts'
import { spellExpression } from './expression.ts'
import { byPosition, groupBy, sortedBy } from './groups.ts'
import type { SchemaRows } from './rows.ts'

export function indexesOf(rows: readonly Row[], { server, database }: SchemaRows): readonly IndexDefinition[] {
  const spell = (text: string): string => spellExpression(asWritten(text, server), database)
  const indexes = [...groupBy(rows, 'name')].map(([name, parts]): IndexDefinition => {
    const [first] = parts
    const kind = String(first?.['kind']).toLowerCase()
    return {
      name,
      unique: Number(first?.['not_unique']) === 0,
      kind,
      parts: byPosition(parts).map(part => partOf(part, kind, spell)),
      ...(first?.['visible'] === 'NO' || first?.['ignored'] === 'YES' ? { ignored: true as const } : {}),
    }
  })
  return sortedBy(indexes, ({ name }) => name)
}

/** `rules` has nothing for an account that may only read: see `readSchema`. */
export function foreignKeysOf(
  keys: readonly Row[],
  rules: readonly Row[],
  database: string,
): readonly ForeignKeyDefinition[] {
  const found = [...groupBy(keys, 'name')].map(([name, parts]): ForeignKeyDefinition => {
    const ordered = byPosition(parts)
    const rule = rules.find(row => row['name'] === name)
    const [first] = ordered
    const table = String(first?.['ref_table'])
    const elsewhere = first?.['ref_schema'] !== database
    return {
      name,
      columns: ordered.map(({ col }) => String(col)),
      table: elsewhere ? `${String(first?.['ref_schema'])}.${table}` : table,
      references: ordered.map(({ ref_col: column }) => String(column)),
      onDelete: spellRule(rule?.['on_delete']),
      onUpdate: spellRule(rule?.['on_update']),
    }
  })
  return sortedBy(found, ({ name }) => name)
}

export function checksOf(rows: readonly Row[], { server, database }: SchemaRows): readonly CheckDefinition[] {
  const checks = rows.map(row => ({
    name: String(row['name']),
    clause: spellExpression(asWritten(String(row['clause']), server), database),
    enforced: row['enforced'] !== 'NO',
  }))
  return sortedBy(checks, ({ name, clause }) => `${name} ${clause}`)
}

/** What MariaDB makes of a JSON column: `json_valid` of it, under its name. */
export function isJsonCheck({ name, clause }: CheckDefinition): boolean {
  return clause === `json_valid(\`${name.replaceAll('`', '``')}\`)`
}

function partOf(row: Row, kind: string, spell: (text: string) => string): string {
  const prefix = row['prefix'] == null || kind === 'spatial' ? '' : `(${String(row['prefix'])})`
  const what = row['col'] == null ? `(${spell(String(row['expression']))})` : String(row['col'])
  return `${what}${prefix}${row['direction'] === 'D' ? ' desc' : ''}`
}

/** Of InnoDB the two are one, and each server tells another where nothing was said. */
function spellRule(rule: unknown): string {
  const spelled = String(rule ?? 'unknown').toLowerCase()
  return spelled === 'no action' ? 'restrict' : spelled
}
