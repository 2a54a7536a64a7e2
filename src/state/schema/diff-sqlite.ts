import type { SchemaChange } from './change.ts'
import { orderChange, partChanges, type Part } from './parts.ts'

/** What SQLite's own pragmas say of a table. */
type SqliteTable = {
  readonly columns: readonly {
    readonly name: string
    readonly type: string
    readonly notnull: number
    readonly dflt_value: string | null
    readonly pk: number
    readonly hidden: number
  }[]
  readonly keys: readonly {
    readonly table: string
    readonly from: string
    readonly to: string | null
    readonly on_update: string
    readonly on_delete: string
  }[]
  readonly unique: readonly (readonly { readonly name: string | null }[])[]
  readonly checks: readonly string[]
  readonly options: string
}

export function sqliteTableChanges(table: string, from: SqliteTable, to: SqliteTable): readonly SchemaChange[] {
  const [before, after] = [from.columns.map(columnPart), to.columns.map(columnPart)]
  return [
    ...partChanges(name => `${table}.${name}`, before, after),
    ...orderChange(table, before, after),
    ...partChanges(name => `${table}: foreign key ${name}`, from.keys.map(keyPart), to.keys.map(keyPart)),
    ...partChanges(name => `${table}: unique ${name}`, from.unique.map(uniquePart), to.unique.map(uniquePart)),
    ...partChanges(name => `${table}: check ${name}`, from.checks.map(alone), to.checks.map(alone)),
    ...partChanges(name => `${table}: ${name}`, [optionsPart(from)], [optionsPart(to)]),
  ]
}

export function isSqliteTable(definition: unknown): definition is SqliteTable {
  return typeof definition === 'object' && definition !== null && 'keys' in definition && 'unique' in definition
}

function columnPart({ name, type, notnull, dflt_value: fallback, pk, hidden }: SqliteTable['columns'][number]): Part {
  const words = [
    type === '' ? { without: 'no type' } : type,
    notnull === 0 ? 'NULL' : 'NOT NULL',
    fallback === null ? { without: 'no DEFAULT' } : `DEFAULT ${fallback}`,
    pk === 0 ? { without: 'not in the primary key' } : `primary key ${pk}`,
    hidden > 1 ? 'generated' : { without: 'not generated' },
  ]
  return { name, words }
}

function keyPart({ table, from, to, on_update: onUpdate, on_delete: onDelete }: SqliteTable['keys'][number]): Part {
  const rule = (on: string, does: string): string => (does === 'NO ACTION' ? '' : `, on ${on} ${does.toLowerCase()}`)
  return {
    name: `of ${from}`,
    words: [`to ${table} (${to ?? 'its key'})${rule('delete', onDelete)}${rule('update', onUpdate)}`],
  }
}

function uniquePart(columns: SqliteTable['unique'][number]): Part {
  return alone(`(${columns.map(({ name }) => name ?? 'an expression').join(', ')})`)
}

/** Of a part that is its own name there is nothing more to say. */
function alone(name: string): Part {
  return { name, words: [] }
}

function optionsPart({ options }: SqliteTable): Part {
  return { name: 'options', words: [options === '' ? 'none' : options] }
}
