import type { Lossy } from '../command.ts'
import type { Effect, Migration, SchemaObject } from '../facts.ts'
import { carriedOff } from './carried-off.ts'
import { effectsIn } from './effects-in.ts'

/** What of the data the ways down take away or overwrite, each once; with a schema, what goes along by its foreign keys too. */
export function lossesOf(migrations: readonly Migration[], schema: readonly SchemaObject[] = []): readonly Lossy[] {
  const effects = downOf(migrations)
  const all = [...effects.flatMap(lossOf), ...carriedOff(effects, schema)]
  return [...new Map(all.map(loss => [`${loss.table} ${loss.column ?? ''}`, loss])).values()]
}

/** Tables whose rows a way down changes in any way: what an undo has to know the rows of. */
export function touchedTables(
  migrations: readonly Migration[],
  schema: readonly SchemaObject[] = [],
): readonly string[] {
  const inserted = downOf(migrations).flatMap(effect => (effect.kind === 'rows' ? [effect.table] : []))
  return [...new Set([...lossesOf(migrations, schema).map(({ table }) => table), ...inserted])].sort()
}

/** Every table a way down names, whatever it does to it. */
export function namedTables(migrations: readonly Migration[]): readonly string[] {
  return namedIn(downOf(migrations))
}

/** Every table that statements name, whatever they do to it. */
export function namedBy(statements: Migration['up']): readonly string[] {
  return namedIn(statements.flatMap(effectsIn))
}

function namedIn(effects: readonly Effect[]): readonly string[] {
  const names = effects.flatMap(effect => [
    ...('table' in effect && effect.table !== undefined ? [effect.table] : []),
    ...('to' in effect && typeof effect.to === 'string' ? [effect.to] : []),
  ])
  return [...new Set(names)]
}

/** As the server writes the names of its tables: one that takes `Orders` for `orders` is told either. */
export function asSpelled(migrations: readonly Migration[], tables: readonly string[]): readonly Migration[] {
  const spell = (name: string): string =>
    tables.includes(name) ? name : (tables.find(table => table.toLowerCase() === name.toLowerCase()) ?? name)
  return migrations.map(migration => ({
    ...migration,
    down: (migration.down ?? []).map(statement => ({
      sql: statement.sql,
      effects: effectsIn(statement).map(effect =>
        'table' in effect && effect.table !== undefined ? { ...effect, table: spell(effect.table) } : effect,
      ),
    })),
  }))
}

function downOf(migrations: readonly Migration[]): readonly Effect[] {
  return migrations.flatMap(({ down }) => (down ?? []).flatMap(effectsIn))
}

function lossOf(effect: Effect): readonly Lossy[] {
  switch (effect.kind) {
    case 'drop table':
      return [{ table: effect.table, column: null }]
    case 'charset':
      return [{ table: effect.table, column: null }]
    case 'drop column':
    case 'change column':
      return [{ table: effect.table, column: effect.column }]
    case 'rows':
      if (effect.verb === 'insert') return []
      return effect.verb === 'update' && effect.columns !== undefined
        ? effect.columns.map(column => ({ table: effect.table, column }))
        : [{ table: effect.table, column: null }]
    case 'create table':
    case 'add column':
    case 'rename':
    case 'index':
    case 'unique':
    case 'reference':
    case 'check':
    case 'drop constraint':
    case 'other':
      return []
  }
}
