import { signed, tableIn, tableWidth } from './bytes.ts'
import { BinlogUnread } from './unread.ts'

/** How many bytes a value takes at a place of an event. */
type Length = (event: Buffer, at: number) => number

/** Rows as they were before an event, and as they were after it: bytes as the event has them. */
export type Images = { readonly before: readonly Buffer[]; readonly after: readonly Buffer[] }

const [writeRows, updateRows, deleteRows] = [23, 24, 25]

/** The rows of an event of the first version that has all columns, one by one (https://mariadb.com/kb/en/rows_event_v1v2-rows_compressed_event_v1/). */
export function imagesIn(event: Buffer, map: Buffer, checksums: boolean): Images {
  const type = event[4] ?? 0
  if (type < writeRows || type > deleteRows) throw new BinlogUnread(`rows of event type ${type} are not read`)
  const lengths = lengthsIn(map)
  const bitmap = Math.ceil(lengths.length / 8)
  const end = event.length - (checksums ? 4 : 0)
  const [before, after]: [Buffer[], Buffer[]] = [[], []]
  let at = headLength(map, type === updateRows)
  const take = (): Buffer => {
    const start = at
    at += bitmap
    for (const [column, length] of lengths.entries()) {
      const isNull = ((event[start + (column >> 3)] ?? 0) & (1 << (column & 7))) !== 0
      if (!isNull) at += length(event, at)
    }
    if (at > end) throw new BinlogUnread('a row goes past the end of its event')
    return event.subarray(start, at)
  }
  while (at < end) {
    if (type !== writeRows) before.push(take())
    if (type !== deleteRows) after.push(take())
  }
  return { before, after }
}

/** An event that inserts such rows, whatever the one did that they come from. */
export function insertOf(event: Buffer, rows: readonly Buffer[], map: Buffer, checksums: boolean): Buffer {
  const head = Buffer.from(event.subarray(0, headLength(map, false)))
  head[4] = writeRows
  head.writeUInt16LE(head.readUInt16LE(25) | 1, 25)
  return signed(Buffer.concat([head, ...rows, Buffer.alloc(checksums ? 4 : 0)]), checksums)
}

/** Up to the rows: how many columns there are stands in one byte or three, and a bit for each of them follows. */
export function headLength(map: Buffer, isUpdate: boolean): number {
  const [columns] = tableWidth(map)
  return 27 + (columns < 251 ? 1 : 3) + Math.ceil(columns / 8) * (isUpdate ? 2 : 1)
}

function lengthsIn(map: Buffer): readonly Length[] {
  if (tableIn(map) === null) throw new BinlogUnread('rows come without their table')
  const [count, at] = tableWidth(map)
  const types = [...map.subarray(at, at + count)]
  // How much is said of the types is a number in as many bytes as it needs.
  let meta = at + count + ((map[at + count] ?? 0) < 251 ? 1 : 3)
  return types.map(type => {
    const size = metaSize(type)
    const said = map.subarray(meta, meta + size)
    meta += size
    return lengthOf(type, said)
  })
}

function metaSize(type: number): number {
  if (twoSaid.has(type)) return 2
  return oneSaid.has(type) ? 1 : 0
}

/** Type numbers as both servers have them (enum_field_types). */
const twoSaid: ReadonlySet<number> = new Set([15, 16, 141, 246, 247, 248, 253, 254])
const oneSaid: ReadonlySet<number> = new Set([4, 5, 17, 18, 19, 140, 245, 249, 250, 251, 252, 255])

const fixed: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [13, 1],
  [2, 2],
  [9, 3],
  [10, 3],
  [11, 3],
  [14, 3],
  [3, 4],
  [4, 4],
  [7, 4],
  [5, 8],
  [8, 8],
  [12, 8],
  [6, 0],
])

function lengthOf(type: number, meta: Buffer): Length {
  const known = fixed.get(type)
  const [a = 0, b = 0] = meta
  if (known !== undefined) return () => known
  if (type === 17) return () => 4 + Math.ceil(a / 2)
  if (type === 18) return () => 5 + Math.ceil(a / 2)
  if (type === 19) return () => 3 + Math.ceil(a / 2)
  if (type === 15 || type === 253 || type === 141) return prefixed((a | (b << 8)) > 255 ? 2 : 1)
  if (type === 16) return () => b + (a > 0 ? 1 : 0)
  if (type === 246) return () => decimalLength(a, b)
  if (type === 247 || type === 248 || type === 254) return textLength(a, b)
  if (oneSaid.has(type)) return prefixed(a)
  throw new BinlogUnread(`values of type ${type} are not read`)
}

/** CHAR, ENUM and SET share a type: the first byte said of it tells which, and a part of a long CHAR's length. */
function textLength(a: number, b: number): Length {
  const isLong = (a & 0x30) !== 0x30
  const real = isLong ? a | 0x30 : a
  if (real === 247 || real === 248) return () => b
  const most = isLong ? b | (((a & 0x30) ^ 0x30) << 4) : b
  return prefixed(most > 255 ? 2 : 1)
}

function prefixed(bytes: number): Length {
  return (event, at) => bytes + event.readUIntLE(at, bytes)
}

/** Nine digits in four bytes, on either side of the point; fewer in fewer. */
function decimalLength(precision: number, scale: number): number {
  const rest = [0, 1, 1, 2, 2, 3, 3, 4, 4]
  const part = (digits: number): number => Math.floor(digits / 9) * 4 + (rest[digits % 9] ?? 0)
  return part(precision - scale) + part(scale)
}
