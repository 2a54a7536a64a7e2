import { quoteName } from '../names.ts'
import type { Column, Key } from './shape.ts'

/** Where a chunk ends: one literal for each column of the key. */
export type Bound = readonly string[]

/** Rows after `from` up to `to`, as an OR of ranges: of a comparison of rows neither server makes ranges. */
export function between(key: Key, from: Bound | null, to: Bound | null): string {
  const names = key.columns.map(({ name }) => quoteName(name))
  // The condition is judged for every row, and of one comparison faster than of two.
  if (from !== null && to !== null && isCountable(key))
    return `${names[0]} BETWEEN ${BigInt(from[0] ?? 0) + 1n} AND ${to[0]}`
  const sides = [
    from === null ? null : beyond(names, from, '>', '>'),
    to === null ? null : beyond(names, to, '<', '<='),
  ]
  return sides.filter(side => side !== null).join(' AND ') || 'TRUE'
}

/** What to ask for so that `boundOf` can make literals of it: as text, under names no column has. */
export function boundColumns({ columns }: Key): string {
  return columns.map((column, at) => `${asText(rawText(column))} AS _astern_${at}`).join(', ')
}

/** The session's own character set is binary meanwhile, in which text would come as bytes. */
export function asText(expression: string): string {
  return `CAST(${expression} AS CHAR CHARACTER SET utf8mb4)`
}

export function boundOf({ columns }: Key, row: Readonly<Record<string, unknown>>): Bound {
  return columns.map((column, at) => literal(column, String(row[`_astern_${at}`])))
}

function rawText(column: Column): string {
  return isBytes(column) ? `HEX(${quoteName(column.name)})` : quoteName(column.name)
}

/** Whether the order of an index on it and a comparison with a literal are of one mind: of an ENUM, say, they are not. */
export function canBound({ columns }: Key): boolean {
  return columns.every(column => isNumber(column) || isTime(column) || isBytes(column))
}

/** One whole number: then bounds can be counted instead of looked up. */
export function isCountable({ columns }: Key): boolean {
  return columns.length === 1 && columns.every(({ type }) => type.endsWith('int'))
}

function beyond(names: readonly string[], bound: Bound, strict: string, last: string): string {
  const ors = names.map((name, at) => {
    const same = names.slice(0, at).map((before, index) => `${before} = ${bound[index]}`)
    return [...same, `${name} ${at === names.length - 1 ? last : strict} ${bound[at]}`].join(' AND ')
  })
  return `(${ors.map(or => `(${or})`).join(' OR ')})`
}

function literal(column: Column, value: string): string {
  if (isBytes(column)) return `${column.charset === null ? '' : `_${column.charset} `}X'${hex(value)}'`
  if (isNumber(column)) {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw new Error(`no number: ${value}`)
    return value
  }
  if (!/^[-\d: .]+$/.test(value)) throw new Error(`no time: ${value}`)
  return `'${value}'`
}

function hex(value: string): string {
  if (!/^[0-9A-F]*$/i.test(value)) throw new Error(`not hexadecimal: ${value}`)
  return value
}

function isNumber({ type }: Column): boolean {
  return /int$|^(decimal|numeric|year)$/.test(type)
}

function isTime({ type }: Column): boolean {
  return /^(date|datetime|timestamp|time)$/.test(type)
}

function isBytes({ type }: Column): boolean {
  return /^(char|varchar|binary|varbinary)$/.test(type)
}
