import { sql, type Condition } from './precheck.ts'
import type { Column } from './schema.ts'
import { isText } from './texts.ts'
import type { Written } from './type.ts'

/** Dates and times that a type does not hold; null: not judged. */
export function outOfTimes(from: Column, to: Written, at: string): readonly Condition[] | null {
  const what = `${from.name} is out of the range of ${to.data}`
  const dates = ['date', 'datetime', 'timestamp']
  if (dates.includes(from.data)) {
    if (to.data === 'date' || to.data === 'datetime') return []
    // Until 2038, and from the first second on; where no hour is, at a change of the clock, there is no timestamp.
    if (to.data === 'timestamp') {
      return from.data === 'timestamp'
        ? []
        : [{ what, where: sql(`${at} <> 0 AND (${at} < FROM_UNIXTIME(1) OR ${at} > FROM_UNIXTIME(2147483647))`) }]
    }
    return null
  }
  if (from.data === to.data) return []
  if (to.data === 'year' && ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'].includes(from.data)) {
    return [{ what, where: sql(`${at} NOT BETWEEN 0 AND 99 AND ${at} NOT BETWEEN 1901 AND 2155`) }]
  }
  if (!isText(from.data) || !['date', 'datetime', 'timestamp'].includes(to.data)) return null
  const shape = '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]*)?)?)?[[:space:]]*$'
  const value = `CAST(${at} AS DATETIME(6))`
  const isRead = `${at} REGEXP ? AND ${value} IS NOT NULL`
  const none: Condition = { what: `${from.name} is no ${to.data}`, where: sql(`NOT (${isRead})`, shape) }
  if (to.data !== 'timestamp') return [none]
  return [
    none,
    { what, where: sql(`${isRead} AND (${value} < FROM_UNIXTIME(1) OR ${value} > FROM_UNIXTIME(2147483647))`, shape) },
  ]
}
