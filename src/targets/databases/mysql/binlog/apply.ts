import { binlogStatement, hasChecksums, lastOfStatement, lengthOf, renamed, rowsIn, tableIn } from './bytes.ts'

/** What one BINLOG takes at most, in bytes of events; servers take 16 MB of text where nobody set it otherwise. */
const mostBytes = 1 << 20

/**
 * A statement's events as BINLOGs of an agreeable size, for tables of the same names in `schema`. The server closes the tables after each, so
 * that each names them again and ends its statement.
 */
export function applying(events: readonly Buffer[], schema: string, description: Buffer): readonly string[] {
  const checksums = hasChecksums(description)
  const maps = events.filter(event => tableIn(event) !== null).map(event => renamed(event, schema, checksums))
  // Nothing is ever sent that names another schema.
  if (maps.some(map => tableIn(map)?.schema !== schema)) throw new Error(`an event is not of ${schema}`)
  const parts: Buffer[][] = []
  let bytes = 0
  for (const event of events) {
    if (rowsIn(event) === null) continue
    const last = parts.at(-1)
    bytes += lengthOf(event)
    if (last === undefined || bytes > mostBytes) {
      parts.push([event])
      bytes = lengthOf(event)
    } else last.push(event)
  }
  return parts.map(rows => {
    const end = rows.at(-1)
    return binlogStatement([
      ...maps,
      ...rows.slice(0, -1),
      ...(end === undefined ? [] : [lastOfStatement(end, checksums)]),
    ])
  })
}
