import type { Query } from '../../query.ts'
import { chunksOf } from './chunks.ts'
import { underSumSettings } from './settings.ts'
import { shapesOf, type Shape } from './shape.ts'

/** `sum`: equal for equal rows in whatever order, under one version of Astern on one server. */
export type TableSum = { readonly table: string; readonly rows: number; readonly sum: string }

/** `of`: as the server estimates. `percent`: of all tables together. `last`: all of this one is summed up. */
export type SumProgress = {
  readonly table: string
  readonly rows: number
  readonly of: number
  readonly percent: number
  readonly last: boolean
}

export type SumOptions = {
  readonly database: string
  /** Called before each chunk, and waited for: whoever watches lag and load keeps it waiting. False ends it here. */
  readonly mayGoOn?: () => Promise<boolean>
  readonly onProgress?: (progress: SumProgress) => void
  /** The chunk in hand is finished first. */
  readonly signal?: AbortSignal
  /** How long a chunk should take: 500. */
  readonly chunkMs?: number
  /** How many rows the first chunk has: 2,000. The next ones have what fits into the time. */
  readonly firstRows?: number
}

/** `missing`: asked for, and no table that can be summed up. `stopped`: `sums` has the tables finished until then. */
export type Summed = {
  readonly sums: readonly TableSum[]
  readonly missing: readonly string[]
  readonly stopped: boolean
}

/** A checksum of each table, by reading alone, on one session that nobody else uses meanwhile. */
export async function sumTables(query: Query, tables: readonly string[], options: SumOptions): Promise<Summed> {
  const shapes = await shapesOf(query, options.database, tables)
  const missing = tables.filter(table => !shapes.some(shape => shape.table === table))
  return underSumSettings(query, async () => {
    const sums: TableSum[] = []
    for (const [index, shape] of shapes.entries()) {
      const done = sums.reduce((all, { rows }) => all + rows, 0)
      const after = shapes.slice(index + 1).reduce((all, { rows }) => all + rows, 0)
      const sum = await sumTable(query, shape, { ...options, done, after })
      if (sum === null) return { sums, missing, stopped: true }
      sums.push(sum)
    }
    return { sums, missing, stopped: false }
  })
}

/** Null: it was stopped. */
async function sumTable(
  query: Query,
  shape: Shape,
  options: SumOptions & { readonly done: number; readonly after: number },
): Promise<TableSum | null> {
  const { mayGoOn, onProgress, signal, chunkMs = 500, firstRows = 2_000, done, after } = options
  const mustEnd = async (): Promise<boolean> => isAborted(signal) || (await mayGoOn?.()) === false || isAborted(signal)
  let [rows, sum] = [0, 0n]
  if (await mustEnd()) return null
  for await (const chunk of chunksOf(query, shape, { chunkMs, firstRows })) {
    rows += chunk.rows
    sum = shape.key === null ? sum + chunk.sum : sum ^ chunk.sum
    const of = Math.max(rows, shape.rows)
    const percent = (100 * (done + rows)) / Math.max(1, done + of + after)
    onProgress?.({ table: shape.table, rows, of, percent, last: chunk.last })
    if (!chunk.last && (await mustEnd())) return null
  }
  return { table: shape.table, rows, sum: BigInt.asUintN(64, sum).toString(16).padStart(16, '0') }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
