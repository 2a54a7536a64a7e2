import { crc32 } from 'node:zlib'
import { BinlogUnread } from './unread.ts'

/**
 * Events as a binlog has them, of MariaDB and MySQL alike: a head of 19 bytes, what it is about, and four bytes of CRC32 where the log has
 * checksums (https://mariadb.com/kb/en/2-binlog-event-header/, https://mariadb.com/kb/en/rows_event_v1v2-rows_compressed_event_v1/).
 */
export type Table = { readonly id: number; readonly schema: string; readonly name: string }

export function lengthOf(event: Buffer): number {
  return event.readUInt32LE(9)
}

export function isDescription(event: Buffer): boolean {
  return event[4] === 15
}

/** As the description at the head of a log says: the byte before its own checksum. */
export function hasChecksums(description: Buffer): boolean {
  return description[description.length - 5] === 1
}

/** Null: it is no table map. */
export function tableIn(event: Buffer): Table | null {
  if (event[4] !== 19) return null
  const schemaLength = event[27] ?? 0
  const at = 28 + schemaLength + 1
  const nameLength = event[at] ?? 0
  return {
    id: event.readUIntLE(19, 6),
    schema: event.toString('utf8', 28, 28 + schemaLength),
    name: event.toString('utf8', at + 1, at + 1 + nameLength),
  }
}

/** Rows of one table; `whole`: all columns are in it. Null: it is no event of rows. */
export function rowsIn(event: Buffer): { readonly table: number; readonly whole: boolean } | null {
  const type = event[4] ?? 0
  if (type === partialRows) return { table: event.readUIntLE(19, 6), whole: false }
  if (!rowTypes.has(type)) return null
  const head = secondVersion.has(type) ? 27 + event.readUInt16LE(27) : 27
  const [width, at] = packed(event, head)
  const bytes = Math.ceil(width / 8)
  const both = updates.has(type) ? 2 : 1
  let whole = true
  for (let column = 0; column < width; column += 1)
    for (let map = 0; map < both; map += 1)
      whole &&= ((event[at + map * bytes + (column >> 3)] ?? 0) & (1 << (column & 7))) !== 0
  return { table: event.readUIntLE(19, 6), whole }
}

/** Of MySQL: an update of JSON that says only what changed within. */
const partialRows = 39
const rowTypes: ReadonlySet<number> = new Set([23, 24, 25, 30, 31, 32, 166, 167, 168, 169, 170, 171])
const secondVersion: ReadonlySet<number> = new Set([30, 31, 32, 169, 170, 171])
const updates: ReadonlySet<number> = new Set([24, 31, 167, 170])

/** How many columns a table map has, and where their types begin. */
export function tableWidth(event: Buffer): readonly [columns: number, at: number] {
  return packed(event, afterNames(event))
}

/** The same table map for a table of another schema, and of another name if one is given. */
export function renamed(event: Buffer, schema: string, checksums: boolean, table = tableIn(event)?.name ?? ''): Buffer {
  const names = [schema, table].flatMap(name => {
    const bytes = Buffer.from(name)
    return [Buffer.from([bytes.length]), bytes, Buffer.from([0])]
  })
  const made = Buffer.concat([event.subarray(0, 27), ...names, event.subarray(afterNames(event))])
  return signed(made, checksums)
}

function afterNames(event: Buffer): number {
  const table = 28 + (event[27] ?? 0) + 1
  return table + 1 + (event[table] ?? 0) + 1
}

/** An event of rows that ends its statement: whoever reads it closes the tables. */
export function lastOfStatement(event: Buffer, checksums: boolean): Buffer {
  const made = Buffer.from(event)
  made.writeUInt16LE(made.readUInt16LE(25) | 1, 25)
  return signed(made, checksums)
}

/** With its length, and its checksum where the log has them. */
export function signed(event: Buffer, checksums: boolean): Buffer {
  event.writeUInt32LE(event.length, 9)
  if (checksums) event.writeUInt32LE(crc32(event.subarray(0, -4)), event.length - 4)
  return event
}

/** A number in as many bytes as it needs. */
function packed(event: Buffer, at: number): readonly [value: number, next: number] {
  const first = event[at] ?? 0
  if (first < 251) return [first, at + 1]
  if (first === 252) return [event.readUInt16LE(at + 1), at + 3]
  if (first === 253) return [event.readUIntLE(at + 1, 3), at + 4]
  return [Number(event.readBigUInt64LE(at + 1)), at + 9]
}

/** Several, each in base64 of its own, as `BINLOG` takes them and mysqlbinlog prints them. */
export function eventsIn(base64: string): readonly Buffer[] {
  const events: Buffer[] = []
  for (let at = 0; at < base64.length; ) {
    const length = lengthOf(Buffer.from(base64.slice(at, at + 28), 'base64'))
    const end = at + Math.ceil(length / 3) * 4
    const event = Buffer.from(base64.slice(at, end), 'base64')
    if (length < 19 || event.length !== length) throw new BinlogUnread('an event of the binlog is cut off')
    events.push(event)
    at = end
  }
  return events
}

export function binlogStatement(events: readonly Buffer[]): string {
  return `BINLOG '\n${events.map(event => event.toString('base64')).join('\n')}\n'`
}
