import type { Effect, Statement } from '../../../../state/facts.ts'
import { oneLine } from '../../../../state/text.ts'
import { changeColumn, convertTable } from './change.ts'
import { allow } from './constraints.ts'
import { missing, tableOf, type Found, type Here } from './here.ts'
import { columnOf, type Model } from './model.ts'
import { carried, dropsTied, referredTo, uncarried } from './references.ts'

/** Goes through the statements in their order, and keeps the model up with them. */
export function walk(model: Model, statements: readonly Statement[]): Found {
  const found: Found = { prechecks: [], questions: [] }
  for (const [index, { sql, effects }] of statements.entries()) {
    const here = { model, found, statement: index, head: oneLine(sql, 60) }
    const skips = /^ALTER\s[\s\S]*?\bTABLE\s+IF\s+EXISTS\b/i.test(sql)
    const before = carried(here)
    for (const effect of inOrder(effects)) {
      if (skips && 'table' in effect && effect.table !== undefined && model.table(effect.table) === undefined) continue
      take(here, effect)
    }
    uncarried(here, before)
  }
  return found
}

/** Within one statement, what goes is gone before what comes is there. */
function inOrder(effects: readonly Effect[]): readonly Effect[] {
  if (effects.some(({ kind }) => kind === 'create table' || kind === 'drop table')) return effects
  return [...effects].sort((one, other) => rankOf(one) - rankOf(other))
}

function rankOf(effect: Effect): number {
  const order: readonly Effect['kind'][] = ['drop constraint', 'drop column', 'change column', 'add column']
  if (effect.kind === 'index' && effect.verb === 'drop') return 0
  // A column changes and has its new name in one clause.
  const kind = effect.kind === 'rename' || effect.kind === 'charset' ? 'change column' : effect.kind
  const rank = order.indexOf(kind)
  return rank < 0 ? order.length : rank
}

function take(here: Here, effect: Effect): void {
  const { model } = here
  switch (effect.kind) {
    case 'create table':
      if (model.table(effect.table) !== undefined) {
        if (effect.ifNotExists === undefined) missing(here, effect.table, `there is already a table ${effect.table}`)
      } else model.make(effect.table)
      return
    case 'drop table':
      if (effect.ifExists === undefined) tableOf(here, effect.table)
      referredTo(here, effect.table)
      return model.drop(effect.table)
    case 'rename':
      return renames(here, effect)
    case 'add column':
      return added(here, effect)
    case 'drop column':
      return dropped(here, effect)
    case 'change column':
      return changeColumn(here, effect)
    case 'charset':
      return convertTable(here, effect)
    case 'unique':
    case 'reference':
    case 'check':
    case 'index':
    case 'drop constraint':
      return allow(here, effect)
    case 'rows':
      return rows(here, effect)
    case 'other':
      if (effect.destroys === true) model.unsure ??= here.head
  }
}

function renames(here: Here, effect: Effect & { readonly kind: 'rename' }): void {
  const table = here.model.table(effect.table)
  if (table === undefined) {
    if (effect.ifExists === undefined) tableOf(here, effect.table)
    return
  }
  const { column: from, to } = effect
  if (from === undefined) {
    if (to !== undefined && here.model.table(to) !== undefined)
      missing(here, effect.table, `there is already a table ${to}`)
    return to === undefined ? undefined : here.model.rename(effect.table, to)
  }
  const column = columnOf(table, from)
  if (column === undefined) {
    if (effect.ifExists === undefined && table.now !== null) missing(here, effect.table, `there is no column ${from}`)
    return
  }
  if (to === undefined) return
  if (from.toLowerCase() !== to.toLowerCase() && columnOf(table, to) !== undefined) {
    missing(here, effect.table, `there is already a column ${to}`)
  }
  table.columns.delete(from.toLowerCase())
  table.columns.set(to.toLowerCase(), { ...column, name: to })
  const renamed = (name: string): string => (name.toLowerCase() === from.toLowerCase() ? to : name)
  for (const [key, index] of table.indexes) table.indexes.set(key, { ...index, columns: index.columns.map(renamed) })
  const { model } = here
  model.references = model.references.map(reference => ({
    ...reference,
    columns: model.same(reference.child, table.name) ? reference.columns.map(renamed) : reference.columns,
    parentColumns: model.same(reference.parent, table.name)
      ? reference.parentColumns.map(renamed)
      : reference.parentColumns,
  }))
}

function added(
  here: Here,
  { table: name, column, type, notNull, ifNotExists }: Effect & { readonly kind: 'add column' },
): void {
  const table = tableOf(here, name)
  if (table === null) return
  if (columnOf(table, column) !== undefined) {
    if (ifNotExists === undefined) missing(here, name, `there is already a column ${column}`)
    return
  }
  const made = { name: column, now: null, nullable: notNull !== true, written: type ?? null, unsure: here.head }
  table.columns.set(column.toLowerCase(), made)
}

function dropped(here: Here, { table: name, column, ifExists }: Effect & { readonly kind: 'drop column' }): void {
  const table = tableOf(here, name)
  if (table === null) return
  const isThere = table.columns.delete(column.toLowerCase())
  dropsTied(here, table, column)
  for (const [key, index] of table.indexes) {
    const columns = index.columns.filter(name => name.toLowerCase() !== column.toLowerCase())
    if (columns.length === 0) table.indexes.delete(key)
    else table.indexes.set(key, { ...index, columns })
  }
  if (!isThere && ifExists === undefined && table.now !== null) missing(here, name, `there is no column ${column}`)
}

function rows(here: Here, effect: Effect & { readonly kind: 'rows' }): void {
  const table = tableOf(here, effect.table)
  if (table === null) return
  if (table.now?.isView === true) here.model.unsure ??= here.head
  else if (effect.verb === 'insert') table.more ??= here.head
  else if (effect.verb === 'delete') {
    if (/^TRUNCATE\b/i.test(here.head)) referredTo(here, effect.table)
    table.fewer ??= here.head
  } else {
    const columns = effect.columns?.map(name => columnOf(table, name)) ?? [...table.columns.values()]
    for (const column of columns) if (column !== undefined) column.unsure ??= here.head
  }
}
