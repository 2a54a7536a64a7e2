import { quoteName } from '../names.ts'
import type { Column, Shape } from './shape.ts'

/**
 * One number of 64 bits for one row. CRC32 alone will not do: XORed over the rows it is linear, so two rows that swap a value
 * leave it as it was. So the columns are dealt out to two halves, the key goes into both, and the two are multiplied: no value is
 * made text twice, and nothing cancels out. Rows without a key may be equal, and XOR would cancel those: they are added up instead.
 */
export function sumOf({ columns, key }: Shape): string {
  if (key === null) {
    const text = textOf(columns)
    return `SUM(CRC32(SHA1(${text})) * CRC32(${text}))`
  }
  const rest = columns.filter(({ name }) => !key.columns.some(column => column.name === name))
  const [even, odd] = deal(rest)
  return `BIT_XOR(CRC32(${textOf([...key.columns, ...even])}) * CRC32(${textOf([...key.columns, ...odd])}))`
}

/** Strings are dealt out first, so that each half has about as many of them. */
function deal(columns: readonly Column[]): readonly [readonly Column[], readonly Column[]] {
  const ordered = [...columns.filter(isText), ...columns.filter(column => !isText(column))]
  return [ordered.filter((_, at) => at % 2 === 0), ordered.filter((_, at) => at % 2 === 1)]
}

/**
 * A text that no other row of these columns has. CONCAT_WS passes over NULL, so which are NULL is told; and of two strings beside
 * one another the lengths tell where the one ends: only the last needs none, since no number holds a `#`.
 */
function textOf(columns: readonly Column[]): string {
  const strings = columns.filter(isText)
  const parts = [
    ...columns.map(valueOf),
    ...strings.slice(1).map(column => `LENGTH(${quoteName(column.name)})`),
    ...columns.filter(({ nullable }) => nullable).map(({ name }) => `ISNULL(${quoteName(name)})`),
  ]
  return `CONCAT_WS('#', ${parts.join(', ')})`
}

function valueOf(column: Column): string {
  const name = quoteName(column.name)
  if (/^(float|double|real)$/.test(column.type)) return `(${name} * 1e0)` // a float is told in six digits
  if (column.type === 'bit') return `(${name} + 0)`
  // Past max_allowed_packet the whole text would be NULL.
  if (/^(medium|long)|json|geom|point|linestring|polygon/.test(column.type)) return `SHA1(${name})`
  return column.charset === null ? name : `CAST(${name} AS BINARY)`
}

function isText({ type }: Column): boolean {
  return !/int|decimal|numeric|float|double|real|bit|date|time|year/.test(type)
}
