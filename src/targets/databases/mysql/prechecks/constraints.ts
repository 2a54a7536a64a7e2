import type { Effect } from '../../../../state/facts.ts'
import { tokens, unquoted } from '../sql/tokens.ts'
import { about, askRows, askSame, notYet, place } from './ask.ts'
import { columnOf, type LiveTable } from './model.ts'
import { sql } from './precheck.ts'
import { later, missing, tableOf, type Here } from './here.ts'

type Of<Kind extends Effect['kind']> = Extract<Effect, { readonly kind: Kind }>

/** Indexes, keys, references and conditions: what is there already or not at all, and rows that would not satisfy them. */
export function allow(here: Here, effect: Of<'unique' | 'reference' | 'check' | 'index' | 'drop constraint'>): void {
  const table = effect.table === undefined ? null : tableOf(here, effect.table)
  if (table === null) return
  switch (effect.kind) {
    case 'unique':
      return unique(here, table, effect)
    case 'reference':
      return reference(here, table, effect)
    case 'check':
      return check(here, table, effect)
    case 'index':
      return index(here, table, effect)
    case 'drop constraint':
      return dropConstraint(here, table, effect)
  }
}

function unique(here: Here, table: LiveTable, effect: Of<'unique'>): void {
  if (effect.ifNotExists !== undefined && effect.index !== undefined && hasIndex(table, effect.index)) return
  if (effect.primary === true && table.primary) missing(here, table.name, 'there is already a primary key')
  if (effect.index !== undefined) comes(here, table, effect.index)
  if (effect.primary === true) table.primary = true
  if (!hasColumns(here, table, effect.columns)) return
  const places = effect.columns.map(name => place(table, name))
  const what = `${effect.columns.join(', ')} is there more than once, and has to be unique`
  const by = places.map((at, part) => {
    const length = effect.lengths?.[part]
    return sql(length == null ? String(at) : `LEFT(${at}, ${length})`)
  })
  const filled = sql(places.map(at => `${at} IS NOT NULL`).join(' AND '))
  askSame(here, table, effect.columns, what, by, filled)
  if (effect.primary !== true) return
  for (const name of effect.columns) {
    const at = place(table, name)
    const what = `${name} is NULL, and may not be in a primary key`
    if (columnOf(table, name)?.nullable === true && at !== null) {
      askRows(here, table, [name], [{ what, where: sql(`${at} IS NULL`) }])
    }
  }
}

function reference(here: Here, table: LiveTable, effect: Of<'reference'>): void {
  if (effect.name !== undefined && table.constraints.has(effect.name.toLowerCase())) {
    if (effect.ifNotExists === undefined) missing(here, table.name, `there is already a constraint ${effect.name}`)
    return
  }
  if (effect.name !== undefined) table.constraints.set(effect.name.toLowerCase(), 'FOREIGN KEY')
  const parent = tableOf(here, effect.to.table)
  if (parent === null || !hasColumns(here, table, effect.columns)) return
  const wanted = effect.to.columns
  if (wanted.length !== effect.columns.length || !hasColumns(here, parent, wanted)) return
  const what = `${effect.columns.join(', ')} has no row in ${effect.to.table}`
  const before = notYet(here, table, effect.columns) ?? notYet(here, parent, wanted) ?? parent.fewer
  if (before !== null || table.now === null || parent.now === null)
    return later(here, table.name, what, before ?? here.head)
  const real = (of: LiveTable, names: readonly string[]): readonly string[] =>
    names.map(name => columnOf(of, name)?.now?.name ?? name)
  here.found.questions.push({
    ...about(here, table),
    kind: 'alone',
    what,
    columns: real(table, effect.columns),
    parent: parent.now.name,
    parentColumns: real(parent, wanted),
  })
}

/** The condition is asked as it is written, so every name in it has to mean today what it will mean then. */
function check(here: Here, table: LiveTable, effect: Of<'check'>): void {
  if (effect.name !== undefined && table.constraints.has(effect.name.toLowerCase())) {
    if (effect.ifNotExists === undefined) missing(here, table.name, `there is already a constraint ${effect.name}`)
    return
  }
  if (effect.name !== undefined) table.constraints.set(effect.name.toLowerCase(), 'CHECK')
  const what = `not ${effect.expression}`
  const named = [...tokens(effect.expression)]
    .filter(({ kind }) => kind === 'word' || kind === 'name')
    .map(({ text }) => unquoted(text))
  const columns = named.filter(name => columnOf(table, name) !== undefined)
  const moved = columns.find(name => columnOf(table, name)?.now?.name.toLowerCase() !== name.toLowerCase())
  if (moved !== undefined)
    return later(here, table.name, what, columnOf(table, moved)?.unsure ?? `${moved} has its name`)
  askRows(here, table, columns, [{ what, where: sql(`NOT (${effect.expression})`) }])
}

function index(here: Here, table: LiveTable, effect: Of<'index'>): void {
  if (effect.index === undefined || table.now === null) return
  if (effect.verb === 'add') {
    if (effect.ifNotExists === undefined || !hasIndex(table, effect.index)) comes(here, table, effect.index)
    return
  }
  const old = table.indexes.get(effect.index.toLowerCase())
  if (old === undefined) {
    if (effect.ifExists === undefined) missing(here, table.name, `there is no index ${effect.index}`)
    return
  }
  table.indexes.delete(effect.index.toLowerCase())
  if (effect.to !== undefined) comes(here, table, effect.to)
}

function dropConstraint(here: Here, table: LiveTable, effect: Of<'drop constraint'>): void {
  const isOptional = effect.ifExists !== undefined || table.now === null
  if (effect.of === 'primary key') {
    if (!table.primary && !isOptional) missing(here, table.name, 'there is no primary key')
    table.primary = false
    return
  }
  const { name = '' } = effect
  const kind = table.constraints.get(name.toLowerCase())
  const fits = kind !== undefined && (effect.of === 'constraint' || kind === effect.of.toUpperCase())
  if (!fits && !isOptional) missing(here, table.name, `there is no ${effect.of} ${name}`)
  if (fits) table.constraints.delete(name.toLowerCase())
  if (kind === 'UNIQUE') table.indexes.delete(name.toLowerCase())
}

function hasIndex(table: LiveTable, name: string): boolean {
  return table.indexes.has(name.toLowerCase())
}

function comes(here: Here, table: LiveTable, name: string): void {
  if (hasIndex(table, name)) missing(here, table.name, `there is already an index ${name}`)
  table.indexes.set(name.toLowerCase(), { name, unique: false, columns: [], lengths: [] })
}

/** Of a table that is made on the way, no column is known. */
function hasColumns(here: Here, table: LiveTable, columns: readonly string[]): boolean {
  if (table.now === null) return true
  const absent = columns.filter(name => columnOf(table, name) === undefined)
  for (const name of absent) missing(here, table.name, `there is no column ${name}`)
  return absent.length === 0
}
