import { quoteName } from '../names.ts'
import type { Column, Shape } from './shape.ts'

/**
 * One number of 64 bits for all rows. CRC32 alone, XORed, is linear: two rows that swap a value leave it as it was. So that of a
 * row is multiplied by that of its key, which no other row has. Rows without a key may be equal, and XOR would cancel them out:
 * they are added up instead, multiplied by what is not linear. A changed row goes unseen once in four thousand million.
 */
export function sumOf({ columns, key }: Shape): string {
  const text = textOf(columns)
  return key === null
    ? `SUM(CRC32(SHA1(${text})) * CRC32(${text}))`
    : `BIT_XOR(CRC32(${text}) * (CRC32(${textOf(key.columns)}) + 1))`
}

/**
 * A text that no other row of these columns has. CONCAT_WS passes over NULL, so which are NULL is told; and of two strings beside
 * one another the lengths tell where each ends; one of them needs none, since no number holds a `#`.
 */
function textOf(columns: readonly Column[]): string {
  // Bytes where character sets differ, for which the server would have to find a common one; it costs, so only there.
  const asBytes = new Set(columns.flatMap(({ charset }) => charset ?? [])).size > 1
  const valueOf = (column: Column): string => valueAs(column, asBytes)
  const [only] = columns
  if (only !== undefined && columns.length === 1 && !only.nullable) return valueOf(only)
  const strings = columns.filter(isText)
  const parts = [
    ...columns.map(valueOf),
    ...strings.slice(1).map(column => `LENGTH(${quoteName(column.name)})`),
    ...columns.filter(({ nullable }) => nullable).map(({ name }) => `ISNULL(${quoteName(name)})`),
  ]
  return `CONCAT_WS('#', ${parts.join(', ')})`
}

function valueAs(column: Column, asBytes: boolean): string {
  const name = quoteName(column.name)
  if (/^(float|double|real)$/.test(column.type)) return `(${name} * 1e0)` // a float is told in six digits
  if (column.type === 'bit') return `(${name} + 0)`
  // Past max_allowed_packet the whole text would be NULL.
  if (/^(medium|long)|json|geom|point|linestring|polygon/.test(column.type)) return `SHA1(${name})`
  return column.charset === null || !asBytes ? name : `CAST(${name} AS BINARY)`
}

function isText({ type }: Column): boolean {
  return !/int|decimal|numeric|float|double|real|bit|date|time|year/.test(type)
}
