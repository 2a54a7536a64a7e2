import { quoteName } from '../names.ts'
import { columnOf, type LiveTable } from './model.ts'
import type { Condition, Sql } from './precheck.ts'
import { later, type Here } from './here.ts'

/** How a column of the model is written in a question about rows of now; null: it cannot be asked. */
export function place(table: LiveTable, name: string): string | null {
  const column = columnOf(table, name)
  return column?.now == null ? null : quoteName(column.now.name)
}

/** Why rows cannot be asked about these columns yet; null: they can. */
export function notYet({ model }: Here, table: LiveTable, columns: readonly string[]): string | null {
  if (model.unsure !== null) return model.unsure
  if (table.more !== null) return table.more
  const unsure = columns.map(name => columnOf(table, name)?.unsure ?? null).find(head => head !== null)
  return unsure ?? (table.now === null ? 'the table is made' : null)
}

export function askRows(
  here: Here,
  table: LiveTable,
  columns: readonly string[],
  conditions: readonly Condition[],
): void {
  const before = notYet(here, table, columns)
  for (const { what, where } of conditions) {
    if (before !== null || table.now === null) later(here, table.name, what, before ?? here.head)
    else here.found.questions.push({ ...about(here, table), kind: 'row', what, where })
  }
}

export function askSame(
  here: Here,
  table: LiveTable,
  columns: readonly string[],
  what: string,
  by: readonly Sql[],
  among: Sql,
): void {
  const before = notYet(here, table, columns)
  if (before !== null || table.now === null) return later(here, table.name, what, before ?? here.head)
  here.found.questions.push({ ...about(here, table), kind: 'same', what, by, among })
}

export function about({ statement }: Here, table: LiveTable) {
  return { statement, table: table.name, real: table.now?.name ?? table.name, unlessDeletedBy: table.fewer }
}
