import { quoteName } from '../names.ts'
import type { Column, Shape } from './shape.ts'

/**
 * One number of 64 bits for all rows. CRC32 alone, XORed, is linear: two rows that swap a value leave it as it was. So that of a
 * row is multiplied by that of its key, which no other row has, and which its own text then need not tell again. Rows without a key
 * may be equal, and XOR would cancel them out: they are added up instead, multiplied by what is not linear. A changed row goes unseen
 * once in four thousand million.
 */
export function sumOf({ columns, key }: Shape): string {
  if (key === null) return `SUM(CRC32(SHA1(${textOf(columns)})) * CRC32(${textOf(columns)}))`
  const beside = columns.filter(({ name }) => !key.columns.some(column => column.name === name))
  const told = beside.length === 0 ? columns : beside // of nothing CRC32 is 0, and so would be every product
  return `BIT_XOR(CRC32(${textOf(told)}) * (CRC32(${textOf(key.columns)}) + 1))`
}

/**
 * A text that no other row of these columns has. CONCAT_WS passes over NULL, so which are NULL is told, of a string by a length that
 * none has; and of two strings beside one another the lengths tell where each ends; one of them needs none, since no number holds a `#`.
 */
function textOf(columns: readonly Column[]): string {
  // Bytes where character sets differ, for which the server would have to find a common one; it costs, so only there.
  const asBytes = new Set(columns.flatMap(({ charset }) => charset ?? [])).size > 1
  const valueOf = (column: Column): string => valueAs(column, asBytes)
  const [only] = columns
  if (only !== undefined && columns.length === 1 && !only.nullable) return valueOf(only)
  const unmeasured = columns.find(column => isText(column) && !column.nullable)
  const parts = [...columns.map(valueOf), ...columns.flatMap(column => (column === unmeasured ? [] : extentOf(column)))]
  return `CONCAT_WS('#', ${parts.join(', ')})`
}

/** Where a string ends, and whether it, or a number, is there at all. */
function extentOf(column: Column): readonly string[] {
  const { nullable } = column
  const quoted = quoteName(column.name)
  if (isText(column)) return [nullable ? `IFNULL(LENGTH(${quoted}), -1)` : `LENGTH(${quoted})`]
  return nullable ? [`ISNULL(${quoted})`] : []
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
