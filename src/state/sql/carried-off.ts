import type { Lossy } from '../command.ts'
import type { Effect, SchemaObject } from '../facts.ts'
import { isTable } from '../schema/diff-table.ts'
import type { ForeignKeyDefinition } from '../schema/table.ts'

type Tie = ForeignKeyDefinition & { readonly child: string }

/** What goes along by its foreign keys when rows go or change, named by no statement. */
export function carriedOff(effects: readonly Effect[], schema: readonly SchemaObject[]): readonly Lossy[] {
  const ties = schema.flatMap(tiesOf)
  const found: Lossy[] = []
  const gone = new Set(effects.flatMap(effect => (isRows(effect, 'delete') ? [effect.table] : [])))
  for (const table of gone)
    for (const { child, columns, onDelete } of ties.filter(tie => tie.table === table)) {
      if (onDelete === 'cascade') {
        gone.add(child)
        found.push({ table: child, column: null })
      }
      if (onDelete.startsWith('set ')) found.push(...columns.map(column => ({ table: child, column })))
    }
  const changed = new Set(effects.flatMap(effect => (isRows(effect, 'update') ? [effect.table] : [])))
  for (const table of changed)
    for (const { child, columns, references, onUpdate } of ties.filter(tie => tie.table === table)) {
      if (onUpdate === 'restrict' || onUpdate === 'unknown' || !effects.some(one => mayChange(one, table, references)))
        continue
      changed.add(child)
      found.push(...columns.map(column => ({ table: child, column })))
    }
  return found
}

function isRows(effect: Effect, verb: 'delete' | 'update'): effect is Extract<Effect, { kind: 'rows' }> {
  return effect.kind === 'rows' && effect.verb === verb
}

/** Of a table that was itself carried along, nobody names the columns. */
function mayChange(effect: Effect, table: string, references: readonly string[]): boolean {
  if (!isRows(effect, 'update')) return false
  if (effect.table !== table || effect.columns === undefined) return true
  return effect.columns.some(column => references.some(other => other.toLowerCase() === column.toLowerCase()))
}

function tiesOf({ kind, name, definition }: SchemaObject): readonly Tie[] {
  if (kind !== 'table' || !definition.startsWith('{')) return []
  const read: unknown = JSON.parse(definition)
  return isTable(read) ? read.foreignKeys.map(key => ({ ...key, child: name })) : []
}
