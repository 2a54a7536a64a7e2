import type { RowsOf } from '../../../../state/binlog/event.ts'
import { within } from '../restore/sides.ts'
import { rowsIn, tableIn, type Table } from './bytes.ts'
import { BinlogUnread } from './unread.ts'

/** What rows of one statement are of, by its events, and how many, by the lines that say them as SQL. */
export function rowsSaid(
  events: readonly Buffer[],
  sql: readonly string[],
  tracking: string | null,
): readonly RowsOf[] {
  const tables = tablesOf(events)
  const parts = events.flatMap(event => rowsIn(event) ?? [])
  const rows = tables
    .filter(({ id }) => parts.some(({ table }) => table === id))
    .map(({ id, schema, name }) => {
      const whole = parts.every(part => part.table !== id || part.whole)
      const said = within(schema, name)
      const count = (verb: string): number => sql.filter(line => line === latin1(`### ${verb} ${said}`)).length
      const counts = { inserted: count('INSERT INTO'), updated: count('UPDATE'), deleted: count('DELETE FROM') }
      return { schema, table: name, ...counts, whole, ...(name === tracking ? { values: inserted(sql, said) } : {}) }
    })
  const counted = rows.reduce((sum, one) => sum + one.inserted + one.updated + one.deleted, 0)
  if (counted !== sql.filter(line => verbs.test(line)).length)
    throw new BinlogUnread('the binlog says rows of a table that none of its events names')
  return rows
}

const verbs = /^### (?:INSERT INTO|UPDATE|DELETE FROM) /

export function tablesOf(events: readonly Buffer[]): readonly Table[] {
  const found = new Map(events.flatMap(event => tableIn(event) ?? []).map(table => [table.id, table]))
  return [...found.values()]
}

function inserted(sql: readonly string[], table: string): readonly string[] {
  let mine = false
  return sql.flatMap(line => {
    if (verbs.test(line)) mine = line === latin1(`### INSERT INTO ${table}`)
    const [, value] = /^### {3}@\d+=(.*)$/.exec(line) ?? []
    return mine && value !== undefined ? [Buffer.from(value, 'latin1').toString('utf8')] : []
  })
}

/** As the lines of the log are held: a sign for each byte. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
