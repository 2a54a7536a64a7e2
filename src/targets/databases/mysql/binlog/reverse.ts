import { rowsIn, signed, tableIn } from './bytes.ts'
import { headLength, imagesIn } from './images.ts'

/**
 * The rows of a statement taken back: the last first, what came goes, what went comes, and what was changed becomes what it was. Made here
 * and not by `mariadb-binlog --flashback`, which errs wherever a statement's rows stand in several events (ADR 25).
 */
export function reversed(events: readonly Buffer[], checksums: boolean): readonly Buffer[] {
  const maps = new Map(events.flatMap(event => mapOf(event)))
  const rows = events.flatMap(event => {
    const of = rowsIn(event)
    const map = of === null ? undefined : maps.get(of.table)
    return map === undefined ? [] : [reversedEvent(event, map, checksums)]
  })
  return [...maps.values(), ...rows.toReversed()]
}

export function mapOf(event: Buffer): readonly (readonly [id: number, map: Buffer])[] {
  const table = tableIn(event)
  return table === null ? [] : [[table.id, event]]
}

const opposite: ReadonlyMap<number, number> = new Map([
  [23, 25],
  [24, 24],
  [25, 23],
])

function reversedEvent(event: Buffer, map: Buffer, checksums: boolean): Buffer {
  const { before, after } = imagesIn(event, map, checksums)
  const isUpdate = event[4] === 24
  const head = Buffer.from(event.subarray(0, headLength(map, isUpdate)))
  head[4] = opposite.get(event[4] ?? 0) ?? 0
  const flags = head.readUInt16LE(25)
  // Only the last of a statement ends it, and which one that is has changed.
  head.writeUInt16LE(flags & ~1, 25)
  const rows = isUpdate
    ? after
        .flatMap((row, index) => [[row, before[index] ?? row]])
        .toReversed()
        .flat()
    : [...before, ...after].toReversed()
  return signed(Buffer.concat([head, ...rows, Buffer.alloc(checksums ? 4 : 0)]), checksums)
}

/** The same for its lines as SQL. */
export function reversedSql(lines: readonly string[]): readonly string[] {
  const rows: string[][] = []
  for (const line of lines)
    if (/^### (?:INSERT INTO|UPDATE|DELETE FROM) /.test(line)) rows.push([line])
    else rows.at(-1)?.push(line)
  return rows.toReversed().flatMap(reversedRow)
}

function reversedRow([verb = '', ...lines]: readonly string[]): readonly string[] {
  const set = lines.indexOf('### SET')
  if (verb.startsWith('### INSERT INTO '))
    return [verb.replace('INSERT INTO', 'DELETE FROM'), '### WHERE', ...lines.slice(1)]
  if (verb.startsWith('### DELETE FROM '))
    return [verb.replace('DELETE FROM', 'INSERT INTO'), '### SET', ...lines.slice(1)]
  return [verb, '### WHERE', ...lines.slice(set + 1), '### SET', ...lines.slice(1, set)]
}
