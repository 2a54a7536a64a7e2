import type { Effect } from '../../../../state/facts.ts'
import { askRows, askSame, place } from './ask.ts'
import { outOfLists } from './lists.ts'
import { columnOf } from './model.ts'
import { isNumber, outOfNumbers } from './numbers.ts'
import { sql, type Condition } from './precheck.ts'
import { tied } from './references.ts'
import { charsetOf as charsetOfCollation, type Column, type Table } from './schema.ts'
import { isText, nameOf, notIn, outOfTexts } from './texts.ts'
import { outOfTimes } from './times.ts'
import { parseType, type Written } from './type.ts'
import { later, missing, tableOf, type Here } from './here.ts'

/** Values that another type, or NOT NULL, would refuse. */
export function changeColumn(here: Here, effect: Effect & { readonly kind: 'change column' }): void {
  const table = tableOf(here, effect.table)
  if (table === null) return
  const column = columnOf(table, effect.column)
  if (column === undefined) {
    if (effect.ifExists === undefined && table.now !== null)
      missing(here, effect.table, `there is no column ${effect.column}`)
    return
  }
  const at = place(table, effect.column)
  const columns = [effect.column]
  if (effect.notNull && column.nullable && !becomesNow(here, effect.type)) {
    const what = `${effect.column} is NULL, and may not be any more`
    if (at === null) later(here, effect.table, what, column.unsure ?? here.head)
    else askRows(here, table, columns, [{ what, where: sql(`${at} IS NULL`) }])
  }
  column.nullable = !effect.notNull
  const isSame = column.written?.toLowerCase() === effect.type?.toLowerCase()
  if (effect.type === null || isSame) return
  column.written = effect.type
  const to = parseType(effect.type)
  const whether = `${effect.column} fits ${effect.type}`
  if (at === null || column.now === null || table.now === null)
    return later(here, effect.table, whether, column.unsure ?? here.head)
  const conditions = refused(column.now, to, table.now, at)
  tied(here, table, effect.column, column.now, to)
  if (conditions === null) later(here, effect.table, whether, 'it is tried')
  else askRows(here, table, columns, conditions)
  if (!keepsValues(column.now, to, table.now)) column.unsure ??= here.head
}

/** In MariaDB, a timestamp that may not be NULL any more becomes the time of the change. */
function becomesNow({ model }: Here, type: string | null): boolean {
  return model.isMariaDb && type !== null && parseType(type).data === 'timestamp'
}

/** Null: not judged. */
function refused(from: Column, to: Written, table: Table, at: string): readonly Condition[] | null {
  const charset = charsetOf(to, table)
  if (isNumber(to.data)) return outOfNumbers(from, to, at)
  if (to.data === 'enum' || to.data === 'set') return outOfLists(from, to, collationOf(to, table), at)
  if (to.data === 'json') {
    return isText(from.data) ? [{ what: `${from.name} is no JSON`, where: sql(`NOT JSON_VALID(${at})`) }] : null
  }
  if (isText(to.data) || /binary$|blob$/.test(to.data))
    return outOfTexts(from, to, /binary$|blob$/.test(to.data) ? null : charset, at)
  if (['date', 'datetime', 'timestamp', 'time', 'year'].includes(to.data)) return outOfTimes(from, to, at)
  return from.data === to.data ? [] : null
}

/** Every text of a table in another character set; what was different may be the same under its collation. */
export function convertTable(here: Here, effect: Effect & { readonly kind: 'charset' }): void {
  const table = tableOf(here, effect.table)
  if (table === null) return
  const charset = nameOf(effect.charset)
  for (const column of table.columns.values()) {
    if (column.now === null || column.now.charset === null) continue
    const at = place(table, column.name)
    if (at !== null) askRows(here, table, [column.name], notIn(column.now, charset, at))
  }
  for (const { unique, columns, lengths } of effect.collation === null ? [] : table.indexes.values()) {
    const places = columns.map(name => place(table, name))
    const texts = columns.filter(name => columnOf(table, name)?.now?.charset != null)
    if (!unique || texts.length === 0 || places.includes(null)) continue
    const by = columns.map((name, index) => {
      const part = lengths[index] == null ? places[index] : `LEFT(${places[index] ?? ''}, ${lengths[index]})`
      const inNew = `CONVERT(${part} USING ${charset}) COLLATE ${nameOf(effect.collation ?? '')}`
      return sql(texts.includes(name) ? inNew : String(part))
    })
    const what = `${columns.join(', ')} is the same under ${effect.collation ?? ''}, and has to be unique`
    askSame(here, table, columns, what, by, sql(places.map(at => `${at} IS NOT NULL`).join(' AND ')))
  }
  for (const column of table.columns.values()) if (column.now?.charset != null) column.unsure ??= here.head
}

function keepsValues(from: Column, to: Written, table: Table): boolean {
  const integers = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint']
  if (integers.includes(from.data) && integers.includes(to.data)) return true
  if (from.charset !== null && isText(to.data)) return collationOf(to, table) === from.collation
  return from.data === to.data && (to.numbers.length === 0 || from.type.includes(`(${to.numbers.join(',')})`))
}

function charsetOf({ charset, collation }: Written, table: Table): string | null {
  return charset ?? (collation === null ? null : charsetOfCollation(collation)) ?? table.charset
}

/** Null: the one its character set has by default. */
function collationOf({ charset, collation }: Written, table: Table): string | null {
  return collation ?? (charset === null || charset === table.charset ? table.collation : null)
}
