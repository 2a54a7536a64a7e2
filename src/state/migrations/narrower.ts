/** Whether a column of type `to` may not hold what one of type `from` holds. What is not known counts as narrower. */
export function isNarrower(from: string, to: string): boolean {
  const [now, then] = [parse(from), parse(to)]
  if (now === null || then === null) return true
  if (now.unsigned !== then.unsigned && now.family === 'int') return true
  if (now.family === 'decimal' && then.family === 'decimal') {
    const [places, scale] = [now.sizes[0] ?? 10, now.sizes[1] ?? 0]
    const [newPlaces, newScale] = [then.sizes[0] ?? 10, then.sizes[1] ?? 0]
    return newScale < scale || newPlaces - newScale < places - scale
  }
  return now.family !== then.family || then.rank < now.rank
}

type Parsed = {
  readonly family: string
  /** How much it holds, among its family. */
  readonly rank: number
  readonly sizes: readonly number[]
  readonly unsigned: boolean
}

const ranks: Readonly<Record<string, readonly [family: string, rank: number]>> = {
  tinyint: ['int', 1],
  bool: ['int', 1],
  boolean: ['int', 1],
  smallint: ['int', 2],
  mediumint: ['int', 3],
  int: ['int', 4],
  integer: ['int', 4],
  bigint: ['int', 8],
  float: ['float', 4],
  double: ['float', 8],
  tinytext: ['text', 255],
  text: ['text', 65_535 / 4],
  mediumtext: ['text', 4_194_303],
  longtext: ['text', 1_073_741_823],
  tinyblob: ['blob', 255],
  blob: ['blob', 65_535],
  mediumblob: ['blob', 16_777_215],
  longblob: ['blob', 4_294_967_295],
  date: ['date', 1],
  datetime: ['datetime', 0],
  timestamp: ['timestamp', 0],
  decimal: ['decimal', 0],
  numeric: ['decimal', 0],
  json: ['json', 0],
}

function parse(type: string): Parsed | null {
  const [, name = '', sizeText, rest = ''] = /^\s*(\w+)\s*(?:\(([\d,\s]+)\))?(.*)$/s.exec(type.toLowerCase()) ?? []
  const sizes = (sizeText ?? '')
    .split(',')
    .filter(size => size.trim() !== '')
    .map(Number)
  const unsigned = /\bunsigned\b/.test(rest)
  if (name === 'varchar' || name === 'char') return { family: 'text', rank: sizes[0] ?? 1, sizes, unsigned: false }
  if (name === 'varbinary' || name === 'binary') return { family: 'blob', rank: sizes[0] ?? 1, sizes, unsigned: false }
  const known = ranks[name]
  if (known === undefined) return null
  const [family, rank] = known
  return { family, rank: family.endsWith('time') || family === 'timestamp' ? (sizes[0] ?? 0) : rank, sizes, unsigned }
}
