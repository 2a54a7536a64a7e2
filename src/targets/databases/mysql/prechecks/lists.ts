import { sql, type Condition, type Sql } from './precheck.ts'
import { charsetOf, type Column } from './schema.ts'
import { isText, nameOf } from './texts.ts'
import type { Written } from './type.ts'

/** Values that an ENUM or SET would not have; null: not judged. */
export function outOfLists(
  from: Column,
  to: Written,
  collation: string | null,
  at: string,
): readonly Condition[] | null {
  if (!isText(from.data)) return null
  const charset = collation === null ? null : charsetOf(collation)
  const value = charset === null ? at : `CONVERT(${at} USING ${nameOf(charset)}) COLLATE ${nameOf(collation ?? '')}`
  const what = `${from.name} has none of the values of the new ${to.data}`
  return [{ what, where: to.data === 'enum' ? outOfEnum(from, to, value, at) : outOfSet(from, to, value, at) }]
}

/** A text that is a number from one up stands for the value at that place. */
function outOfEnum(from: Column, { values }: Written, value: string, at: string): Sql {
  const marks = values.map(() => '?').join(', ')
  const isPlace = from.data === 'enum' ? 'FALSE' : isNumber(1, String(values.length), at)
  return sql(`${value} NOT IN (${marks}) AND NOT (${isPlace})`, ...values)
}

/** Takes away every value it may have; what is left is another one. A number stands for a choice of them, by its bits. */
function outOfSet(from: Column, { values }: Written, value: string, at: string): Sql {
  let rest = `CONCAT(',', REPLACE(LOWER(TRIM(TRAILING ' ' FROM ${value})), ',', ',,'), ',')`
  for (const _ of values) rest = `REPLACE(${rest}, CONCAT(',', LOWER(?), ','), '')`
  const isChoice = from.data === 'set' ? 'FALSE' : isNumber(0, String(2n ** BigInt(values.length) - 1n), at)
  return sql(`${value} <> '' AND ${rest} <> '' AND NOT (${isChoice})`, ...values)
}

function isNumber(least: number, most: string, at: string): string {
  return `${at} REGEXP '^[0-9]{1,5}$' AND CAST(${at} AS UNSIGNED) BETWEEN ${least} AND ${most}`
}
