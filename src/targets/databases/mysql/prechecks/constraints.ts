import type { Effect } from '../../../../state/facts.ts'
import { tokens, unquoted } from '../sql/tokens.ts'
import { about, askRows, askSame, notYet, place } from './ask.ts'
import { columnOf, constraintKey, type LiveTable } from './model.ts'
import { sql } from './precheck.ts'
import { isCarried } from './references.ts'
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
  const name = effect.primary === true ? 'PRIMARY' : effect.index
  if (effect.primary === true && hasIndex(table, 'PRIMARY')) missing(here, table.name, 'there is already a primary key')
  else comes(here, table, name, effect.columns)
  if (effect.index !== undefined) table.constraints.set(constraintKey('UNIQUE', effect.index), null)
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
  if (!isNew(here, table, 'FOREIGN KEY', effect)) return
  const parent = tableOf(here, effect.to.table)
  if (parent === null || !hasColumns(here, table, effect.columns)) return
  const wanted = effect.to.columns
  if (wanted.length !== effect.columns.length || !hasColumns(here, parent, wanted)) return
  const from = effect.columns.join(', ')
  if (!isCarried(parent, wanted)) missing(here, parent.name, `${wanted.join(', ')} has no index, which ${from} needs`)
  if (!isCarried(table, effect.columns)) comes(here, table, effect.name, effect.columns)
  if (effect.name !== undefined) {
    const { name, columns } = effect
    const added = { name, child: table.name, columns, parent: parent.name, parentColumns: wanted }
    here.model.references = [...here.model.references, added]
  }
  const what = `${from} has no row in ${effect.to.table}`
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
  if (!isNew(here, table, 'CHECK', effect)) return
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
  if (table.now === null) return
  if (effect.verb === 'add') {
    if (effect.ifNotExists !== undefined && effect.index !== undefined && hasIndex(table, effect.index)) return
    return comes(here, table, effect.index, effect.columns ?? [])
  }
  const old = table.indexes.get(effect.index?.toLowerCase() ?? '')
  if (old === undefined) {
    if (effect.ifExists === undefined) missing(here, table.name, `there is no index ${effect.index ?? ''}`)
    return
  }
  const { to } = effect
  if (to !== undefined && hasIndex(table, to)) return missing(here, table.name, `there is already an index ${to}`)
  table.indexes.delete(old.name.toLowerCase())
  if (to !== undefined) comes(here, table, to, old.columns)
}

function dropConstraint(here: Here, table: LiveTable, effect: Of<'drop constraint'>): void {
  const isOptional = effect.ifExists !== undefined || table.now === null
  if (effect.of === 'primary key') {
    if (!table.indexes.delete('primary') && !isOptional) missing(here, table.name, 'there is no primary key')
    return
  }
  const { name = '' } = effect
  const kinds = effect.of === 'constraint' ? ['CHECK', 'UNIQUE', 'FOREIGN KEY'] : [effect.of.toUpperCase()]
  const kind = kinds.find(candidate => table.constraints.get(constraintKey(candidate, name)) === null)
  if (kind === undefined) {
    if (!isOptional) missing(here, table.name, `there is no ${effect.of} ${name}`)
    return
  }
  table.constraints.set(constraintKey(kind, name), here.statement)
  if (kind === 'UNIQUE') table.indexes.delete(name.toLowerCase())
  if (kind !== 'FOREIGN KEY') return
  const { model } = here
  model.references = model.references.filter(
    ({ name: other, child }) => !(model.same(child, table.name) && other.toLowerCase() === name.toLowerCase()),
  )
}

/** Keeps the name of a constraint, or tells that it is taken. */
function isNew(here: Here, table: LiveTable, kind: string, effect: Of<'reference' | 'check'>): boolean {
  const { name, ifNotExists } = effect
  if (name === undefined) return true
  const key = constraintKey(kind, name)
  const dropped = table.constraints.get(key)
  if (dropped === null && ifNotExists !== undefined) return false
  if (dropped === null) missing(here, table.name, `there is already a constraint ${name}`)
  // A foreign key's name is free only when the statement that drops it is over.
  if (dropped === here.statement && kind === 'FOREIGN KEY') {
    missing(here, table.name, `${name} is dropped by the same statement, and its name not free before its end`)
  }
  table.constraints.set(key, null)
  return dropped !== null
}

function hasIndex(table: LiveTable, name: string): boolean {
  return table.indexes.has(name.toLowerCase())
}

/** One without a name gets one from the server. */
function comes(here: Here, table: LiveTable, name: string | undefined, columns: readonly string[]): void {
  if (name !== undefined && hasIndex(table, name)) {
    return missing(here, table.name, `there is already an index ${name}`)
  }
  const key = name?.toLowerCase() ?? `${columns.join(' ')} ${table.indexes.size}`
  table.indexes.set(key, { name: name ?? key, unique: false, columns, lengths: [] })
}

/** Of a table that is made on the way, no column is known. */
function hasColumns(here: Here, table: LiveTable, columns: readonly string[]): boolean {
  if (table.now === null) return true
  const absent = columns.filter(name => columnOf(table, name) === undefined)
  for (const name of absent) missing(here, table.name, `there is no column ${name}`)
  return absent.length === 0
}
