import type { Query } from '../../query.ts'
import { quoteName } from '../names.ts'
import { asText, between, boundColumns, boundOf, canBound, isCountable, type Bound } from './bounds.ts'
import { sumOf } from './row-sum.ts'
import type { Key, Shape } from './shape.ts'

export type Chunk = { readonly rows: number; readonly sum: bigint; readonly last: boolean }

/** How long a chunk should take, and how many rows the first has. */
export type Pace = { readonly chunkMs: number; readonly firstRows: number }

/** Its chunks one after another, each about as long as it should be; whoever takes them decides when the next may begin. */
export async function* chunksOf(query: Query, shape: Shape, pace: Pace): AsyncGenerator<Chunk> {
  const { key } = shape
  if (key === null || !canBound(key)) return void (yield { ...(await sumChunk(query, shape, 'TRUE')), last: true })
  const ends = isCountable(key) ? counted(query, shape, key) : lookedUp(query, shape, key)
  let size = pace.firstRows
  let from: Bound | null = null
  for (;;) {
    const began = performance.now()
    const to: Bound | null = await ends(from, size)
    const chunk = await sumChunk(query, shape, between(key, from, to))
    const ms = Math.max(1, performance.now() - began)
    yield { ...chunk, last: to === null }
    if (to === null) return
    // What it took is noise when there was next to nothing; and one lucky chunk should not make a huge one.
    if (chunk.rows > 0)
      size = Math.ceil(Math.min(size * 8, Math.max(pace.firstRows / 20, (chunk.rows * pace.chunkMs) / ms)))
    from = to
  }
}

type Ends = (from: Bound | null, size: number) => Promise<Bound | null>

async function sumChunk(query: Query, shape: Shape, where: string): Promise<Omit<Chunk, 'last'>> {
  const [row] = await query(`SELECT COUNT(*) AS n, ${asText(sumOf(shape))} AS s FROM ${source(shape)} WHERE ${where}`)
  return { rows: Number(row?.['n'] ?? 0), sum: BigInt(String(row?.['s'] ?? 0)) }
}

/** The last of the next `size` rows; null: these are the last. */
function lookedUp(query: Query, shape: Shape, key: Key): Ends {
  const order = key.columns.map(({ name }) => quoteName(name)).join(', ')
  return async (from, size) => {
    const [row] = await query(
      `SELECT ${boundColumns(key)} FROM ${source(shape)} WHERE ${between(key, from, null)} ORDER BY ${order} LIMIT 1 OFFSET ${size - 1}`,
    )
    return row === undefined ? null : boundOf(key, row)
  }
}

/** A number further on, without a look at the rows between; the server's own estimate keeps a crowd of them from being one chunk. */
function counted(query: Query, shape: Shape, key: Key): Ends {
  const name = quoteName(key.columns[0]?.name ?? '')
  let [last, most]: [bigint | null, bigint] = [null, 0n]
  let step = 1n
  return async (from, size) => {
    if (last === null) {
      const [row] = await query(
        `SELECT ${asText(`MIN(${name})`)} AS least, ${asText(`MAX(${name})`)} AS most FROM ${source(shape)}`,
      )
      if (row?.['least'] == null) return null
      last = BigInt(String(row['least'])) - 1n
      most = BigInt(String(row['most']))
      step = max(1n, ((most - last) * BigInt(size)) / BigInt(Math.max(1, shape.rows)))
    }
    const start = last
    const rowsIn = (): Promise<number> => estimated(query, shape, between(key, from, [String(min(start + step, most))]))
    let rows = await rowsIn()
    while (rows < size / 1.5 && start + step < most) {
      step *= rows < size / 20 ? 10n : 2n
      rows = await rowsIn()
    }
    while (rows > size * 1.5 && step > 1n) {
      step = max(1n, (step * BigInt(size)) / BigInt(Math.ceil(rows)))
      rows = await rowsIn()
    }
    last = start + step
    return last >= most ? null : [String(last)]
  }
}

async function estimated(query: Query, shape: Shape, where: string): Promise<number> {
  const [row] = await query(`EXPLAIN FORMAT=TRADITIONAL SELECT 1 FROM ${source(shape)} WHERE ${where}`)
  const rows = Number(row?.['rows'] ?? 0)
  return rows <= 1 ? 0 : rows // of a range without a row it says one
}

function source({ database, table, key }: Shape): string {
  const index = key === null ? '' : ` FORCE INDEX (${quoteName(key.name)})`
  return `${quoteName(database)}.${quoteName(table)}${index}`
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
