import { of } from '../columns.ts'
import { quoteName } from '../names.ts'
import type { Tie } from '../restore/closure.ts'
import { quoted } from '../restore/shape.ts'

/** Of a row `t` of `table`. A foreign key that cascades would take rows along that nobody deleted. */
export function nobodyRefers(ties: readonly Tie[], table: string): string {
  const conditions = ties.map(({ schema, child, columns, parentColumns }) => {
    const from = `${quoteName(schema)}.${quoteName(child)}`
    const on = columns
      .map((column, index) => `${of(column, 'c')} = ${of(parentColumns[index] ?? '', 't')}`)
      .join(' AND ')
    // A table that refers to itself is read before it is changed.
    const rows = from === table ? `(SELECT DISTINCT ${quoted(columns)} FROM ${from})` : from
    return `NOT EXISTS (SELECT 1 FROM ${rows} c WHERE ${on})`
  })
  return conditions.length === 0 ? '1' : conditions.join(' AND ')
}
