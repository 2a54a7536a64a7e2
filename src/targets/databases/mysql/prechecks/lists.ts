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
  return [{ what, where: to.data === 'enum' ? outOfEnum(from, to, value, at) : outOfSet(to, value) }]
}

/** A text that is a number from one up stands for the value at that place. */
function outOfEnum(from: Column, { values }: Written, value: string, at: string): Sql {
  const marks = values.map(() => '?').join(', ')
  const isPlace =
    from.data === 'enum'
      ? ''
      : ` AND NOT (${at} REGEXP '^[0-9]{1,5}$' AND CAST(${at} AS UNSIGNED) BETWEEN 1 AND ${values.length})`
  return sql(`${value} NOT IN (${marks})${isPlace}`, ...values)
}

/** Takes away every value it may have; what is left is another one. */
function outOfSet({ values }: Written, value: string): Sql {
  let rest = `CONCAT(',', REPLACE(LOWER(${value}), ',', ',,'), ',')`
  for (const _ of values) rest = `REPLACE(${rest}, CONCAT(',', LOWER(?), ','), '')`
  return sql(`${value} <> '' AND ${rest} <> ''`, ...values)
}
