import type { SchemaObject } from '../facts.ts'
import type { SchemaChange } from './change.ts'
import { isTable, tableChanges } from './diff-table.ts'
import { isSqliteTable, sqliteTableChanges } from './diff-sqlite.ts'

/** What would have to change for `from` to be as `to`; by object, in the order of its parts. */
export function diffSchemas(from: readonly SchemaObject[], to: readonly SchemaObject[]): readonly SchemaChange[] {
  const [before, after] = [byKey(from), byKey(to)]
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return keys.flatMap(key => {
    const [old, now] = [before.get(key), after.get(key)]
    if (old === undefined && now !== undefined) return [{ where: titleOf(now), what: 'added', from: null, to: null }]
    if (now === undefined && old !== undefined) return [{ where: titleOf(old), what: 'gone', from: null, to: null }]
    return old === undefined || now === undefined ? [] : changesOf(old, now)
  })
}

/** `orders.note: added, varchar(255) NULL`; no difference, no line. */
export function schemaLines(changes: readonly SchemaChange[]): readonly string[] {
  return changes.map(({ where, what, from, to }) => {
    if (what === 'added') return to === null ? `${where}: added` : `${where}: added, ${to}`
    if (what === 'gone') return from === null ? `${where} gone` : `${where} gone, it was ${from}`
    return from === null || to === null ? `${where}: its text differs` : `${where}: ${from} -> ${to}`
  })
}

function changesOf(old: SchemaObject, now: SchemaObject): readonly SchemaChange[] {
  if (old.definition === now.definition) return []
  const [before, after] = [parsed(old), parsed(now)]
  const changes =
    isTable(before) && isTable(after)
      ? tableChanges(now.name, before, after)
      : isSqliteTable(before) && isSqliteTable(after)
        ? sqliteTableChanges(now.name, before, after)
        : []
  return changes.length > 0 ? changes : [{ where: titleOf(now), what: 'changed', from: null, to: null }]
}

function titleOf({ kind, name }: SchemaObject): string {
  return kind === 'routine' ? name : `${kind} ${name}`
}

function byKey(schema: readonly SchemaObject[]): ReadonlyMap<string, SchemaObject> {
  return new Map(schema.map(object => [`${object.kind} ${object.name}`, object]))
}

function parsed({ kind, definition }: SchemaObject): unknown {
  if (kind !== 'table') return null
  try {
    return JSON.parse(definition)
  } catch {
    return null
  }
}
