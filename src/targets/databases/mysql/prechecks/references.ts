import type { LiveTable } from './model.ts'
import { missing, type Here } from './here.ts'
import { isNumber } from './numbers.ts'
import type { Column, Reference } from './schema.ts'
import type { Written } from './type.ts'

/** A table that another refers to can be neither dropped nor truncated. */
export function referredTo(here: Here, name: string): void {
  const { model } = here
  for (const { name: key, child, parent } of model.references) {
    if (model.same(parent, name) && !model.same(child, name)) missing(here, name, `${child} refers to it by ${key}`)
  }
}

/** A column of a foreign key keeps its type, at both ends. Numbers only: of texts some changes pass. */
export function tied(here: Here, table: LiveTable, column: string, from: Column, to: Written): void {
  const isSame = from.data === to.data && from.type.includes('unsigned') === to.unsigned
  if (isSame || !isNumber(from.data)) return
  for (const reference of of(here, table, column)) {
    missing(here, table.name, `${column} belongs to ${reference.name}, and keeps its type`)
  }
}

/** A column of a foreign key cannot go before the key does. */
export function dropsTied(here: Here, table: LiveTable, column: string): void {
  for (const { name } of of(here, table, column)) missing(here, table.name, `${column} belongs to ${name}`)
}

function of({ model }: Here, table: LiveTable, column: string): readonly Reference[] {
  const has = (columns: readonly string[]): boolean => columns.some(name => isSameName(name, column))
  return model.references.filter(
    ({ child, columns, parent, parentColumns }) =>
      (model.same(child, table.name) && has(columns)) || (model.same(parent, table.name) && has(parentColumns)),
  )
}

/** References that have the index they need, at both ends. */
export function carried({ model }: Here): readonly Reference[] {
  return model.references.filter(({ child, columns, parent, parentColumns }) => {
    return isCarried(model.table(child), columns) && isCarried(model.table(parent), parentColumns)
  })
}

/** Those that had it before a statement and have it no more. One whose columns go is told already. */
export function uncarried(here: Here, before: readonly Reference[]): void {
  const { model } = here
  const has = (table: string, columns: readonly string[]): boolean =>
    columns.every(name => model.table(table)?.columns.has(name.toLowerCase()) !== false)
  const now = carried(here)
  for (const reference of model.references) {
    const { name, child, columns, parent, parentColumns } = reference
    const was = before.some(other => other.name === name && other.child === child)
    if (!was || now.includes(reference) || !has(child, columns) || !has(parent, parentColumns)) continue
    missing(here, child, `${name} needs an index on ${columns.join(', ')}, or on what it refers to`)
  }
}

/** What is not looked at is taken to be well. */
export function isCarried(table: LiveTable | undefined, columns: readonly string[]): boolean {
  if (table === undefined || table.now === null) return true
  return [...table.indexes.values()].some(index =>
    columns.every((name, at) => isSameName(index.columns[at] ?? '', name)),
  )
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
