import { open } from 'node:fs/promises'
import { BinlogUnread, readingOf } from './unread.ts'

/** The last transaction of each domain, as `0-1-17`. */
export type Gtids = ReadonlyMap<number, string>

/** What a file of a binlog says of itself, read event by event (https://mariadb.com/kb/en/replication-protocol-binlog-events/). */
export type Walked = {
  /** Before its first transaction. */
  readonly begins: Gtids
  /** Where that was asked for; null: that place lies between no two events. */
  readonly there: Gtids | null
  readonly ends: Gtids
  /** The next file, as its last event names it; null: the server stopped there, or it is not whole. */
  readonly next: string | null
  readonly stopped: boolean
}

const magic = Buffer.from([0xfe, 0x62, 0x69, 0x6e])
const headBytes = 19
/** Enough of any event that is looked into, but of a list of many domains. */
const pieceBytes = 1 << 20
const [stop, rotate, format, gtid, gtidList, encrypted] = [3, 4, 15, 162, 163, 164]
/** After each event, where the file's first event says that there are checksums. */
const checksumBytes = 4

/** A copy of a file on this machine. `at`: a place in it. */
export function walkBinlog(path: string, at: number | null = null): Promise<Walked> {
  return readingOf(`the copy ${path}`, () => walked(path, at))
}

async function walked(path: string, at: number | null): Promise<Walked> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const read = async (from: number, bytes: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - from)))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
      return buffer.subarray(0, bytesRead)
    }
    if (!(await read(0, 4)).equals(magic)) throw new BinlogUnread(`${path} is no binlog`)
    const state = new Map<number, string>()
    let [begins, there, next, stopped]: [Gtids, Gtids | null, string | null, boolean] = [new Map(), null, null, false]
    let [piece, base]: [Buffer, number] = [Buffer.alloc(0), 0]
    let after = 0
    let offset = magic.length
    while (offset < size) {
      if (at === offset) there = new Map(state)
      if (offset < base || offset + headBytes > base + piece.length)
        [piece, base] = [await read(offset, pieceBytes), offset]
      const length = piece.length - (offset - base) < headBytes ? 0 : piece.readUInt32LE(offset - base + 9)
      if (length < headBytes || offset + length > size) throw new BinlogUnread(`${path} is torn at ${offset}`)
      const type = piece.readUInt8(offset - base + 4)
      if (type === encrypted) throw new BinlogUnread(`${path} is encrypted: only its server can read it`)
      if ([rotate, format, gtid, gtidList].includes(type)) {
        if (offset + length > base + piece.length)
          [piece, base] = [await read(offset, Math.max(length, pieceBytes)), offset]
        const event = piece.subarray(offset - base, offset - base + length)
        if (type === gtid) noted(state, event.readUInt32LE(headBytes + 8), event.readUInt32LE(5), event, headBytes)
        if (type === gtidList) begins = listed(state, event)
        // Its own last byte but the checksum names the kind of checksum; it has the room for one in any case.
        if (type === format) after = event.readUInt8(length - checksumBytes - 1) === 0 ? 0 : checksumBytes
        if (type === rotate) next = nameIn(event.subarray(0, length - after))
      }
      stopped = type === stop
      offset += length
    }
    if (at === offset) there = new Map(state)
    return { begins, there, ends: state, next, stopped }
  } finally {
    await file.close()
  }
}

function noted(state: Map<number, string>, domain: number, server: number, event: Buffer, at: number): void {
  // Its place is the newest of its domain, and a map keeps the place of what it had.
  state.set(domain, `${domain}-${server}-${event.readBigUInt64LE(at)}`)
}

/** Of one domain the last that is listed is the newest. */
function listed(state: Map<number, string>, event: Buffer): Gtids {
  const count = event.readUInt32LE(headBytes) & 0x0f_ff_ff_ff
  for (let index = 0, at = headBytes + 4; index < count; index += 1, at += 16)
    noted(state, event.readUInt32LE(at), event.readUInt32LE(at + 4), event, at + 8)
  return new Map(state)
}

/** After the place it begins at. */
function nameIn(event: Buffer): string {
  return event.subarray(headBytes + 8).toString('latin1')
}

export function sameGtids(one: Gtids, other: Gtids): boolean {
  return gtidText(one) === gtidText(other)
}

/** As servers write it. */
function gtidText(gtids: Gtids): string {
  return [...gtids.values()].sort().join(',')
}

/** `0-1-17, 1-1-4` */
export function gtidsIn(text: string): Gtids {
  const parts = text.split(/\s*,\s*/).filter(part => part !== '')
  return new Map(parts.map(part => [Number(part.split('-')[0]), part]))
}
