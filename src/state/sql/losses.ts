import type { Lossy } from '../command.ts'
import type { Effect, Migration } from '../facts.ts'
import { effectsIn } from './effects-in.ts'

/** What of the data the ways down take away or overwrite, each once. */
export function lossesOf(migrations: readonly Migration[]): readonly Lossy[] {
  const all = migrations.flatMap(({ down }) => (down ?? []).flatMap(effectsIn)).flatMap(lossOf)
  return [...new Map(all.map(loss => [`${loss.table} ${loss.column ?? ''}`, loss])).values()]
}

/** Tables whose rows a way down changes in any way: what an undo has to know the rows of. */
export function touchedTables(migrations: readonly Migration[]): readonly string[] {
  const inserted = migrations
    .flatMap(({ down }) => (down ?? []).flatMap(effectsIn))
    .flatMap(effect => (effect.kind === 'rows' ? [effect.table] : []))
  return [...new Set([...lossesOf(migrations).map(({ table }) => table), ...inserted])].sort()
}

/** Every table a way down names, whatever it does to it. */
export function namedTables(migrations: readonly Migration[]): readonly string[] {
  return namedBy(migrations.flatMap(({ down }) => down ?? []))
}

/** Every table that statements name, whatever they do to it. */
export function namedBy(statements: Migration['up']): readonly string[] {
  const names = statements
    .flatMap(effectsIn)
    .flatMap(effect => [
      ...('table' in effect && effect.table !== undefined ? [effect.table] : []),
      ...('to' in effect && typeof effect.to === 'string' ? [effect.to] : []),
    ])
  return [...new Set(names)]
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
