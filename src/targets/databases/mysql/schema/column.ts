import type { ColumnDefinition } from '../../../../state/schema/table.ts'
import type { Row } from '../../query.ts'
import { spellExpression } from './expression.ts'
import { unescape } from './lexer.ts'
import type { SchemaRows } from './rows.ts'

/** `isJson`: MariaDB keeps JSON in a longtext with a check. */
export function columnOf(row: Row, { server, database }: SchemaRows, isJson: boolean): ColumnDefinition {
  const spell = (text: string): string => spellExpression(asWritten(text, server), database)
  const extra = String(row['extra'] ?? '').toLowerCase()
  const generated = String(row['generation'] ?? '')
  const onUpdate = /on update ([a-z_]+(?:\(\d*\))?)/.exec(extra)?.[1]
  const type = isJson ? 'json' : spellType(String(row['type']))
  const fallback = server === 'mariadb' ? mariadbDefault(row, spell) : mysqlDefault(row, spell)
  const rest = extra
    .replace(/on update [a-z_]+(\(\d*\))?|(virtual|stored|persistent) generated|default_generated|auto_increment/g, '')
    .replaceAll(/[\s,]+/g, ' ')
    .trim()
  return {
    name: String(row['name']),
    type,
    null: row['nullable'] === 'YES',
    ...(fallback === null || generated !== '' ? {} : { default: fallback }),
    ...(row['collation'] == null || isJson ? {} : { collation: spellCollation(String(row['collation'])) }),
    ...(generated === '' ? {} : { generated: { as: spell(generated), stored: !extra.includes('virtual') } }),
    ...(onUpdate === undefined ? {} : { onUpdate: now(onUpdate) }),
    ...(extra.includes('auto_increment') ? { autoIncrement: true as const } : {}),
    ...(rest === '' ? {} : { extra: rest }),
  }
}

/** Widths of integers mean nothing without zerofill, and MySQL 8 leaves them out; `tinyint(1)` stays, it says boolean. */
export function spellType(type: string): string {
  const [head = '', ...members] = type.split(/(?=')/)
  const spelled = head
    .toLowerCase()
    .replace(/^geomcollection/, 'geometrycollection')
    .replace(/^year\(4\)/, 'year')
  const kept = spelled.includes('zerofill') || spelled === 'tinyint(1)'
  return (kept ? spelled : spelled.replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1')) + members.join('')
}

export function spellCollation(collation: string): string {
  return collation.toLowerCase().replace(/^utf8_/, 'utf8mb3_')
}

/** MySQL 8 escapes the quotes in its expressions once more than SQL would have it. */
export function asWritten(text: string, server: SchemaRows['server']): string {
  return server === 'mysql' && /_[a-z0-9]+\\'/.test(text) ? text.replaceAll(/\\([\\'])/g, '$1') : text
}

type Fallback = NonNullable<ColumnDefinition['default']>

/** Strings are quoted, expressions are not, and a column that may be NULL and has no default has `NULL`. */
function mariadbDefault(row: Row, spell: (text: string) => string): Fallback | null {
  const text = row['default_text']
  if (text == null || text === 'NULL') return null
  const written = String(text)
  if (/^'(?:[^'\\]|''|\\[\s\S])*'$/.test(written)) return { value: unescape(written) }
  if (/^[-+]?[\d.]+(e[-+]?\d+)?$|^b'[01]*'$/i.test(written)) return { value: written }
  return { expression: now(spell(written)) }
}

/** Nothing is quoted: only `DEFAULT_GENERATED` tells an expression from a string, and MySQL 5.7 has but the one. */
function mysqlDefault(row: Row, spell: (text: string) => string): Fallback | null {
  const text = row['default_text']
  if (text == null) return null
  const written = String(text)
  const isTime = /^(timestamp|datetime)/i.test(String(row['type'])) && /^current_timestamp/i.test(written)
  const isExpression = isTime || /default_generated/i.test(String(row['extra']))
  return isExpression ? { expression: now(spell(written)) } : { value: written }
}

function now(text: string): string {
  return text.toLowerCase() === 'current_timestamp()' || text.toLowerCase() === 'now()' ? 'current_timestamp' : text
}
