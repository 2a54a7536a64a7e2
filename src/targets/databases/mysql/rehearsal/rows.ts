import type { RehearsedRows } from '../../../../state/manifest.ts'
import type { Query, Row } from '../../query.ts'
import { boundColumns, boundOf, between, canBound, type Bound } from '../sums/bounds.ts'
import { underSumSettings } from '../sums/settings.ts'
import { shapesOf, type Key, type Shape } from '../sums/shape.ts'
import { columnsOf } from '../seen.ts'
import { quoteName } from '../names.ts'
import type { Session } from '../session.ts'
import { within } from '../restore/sides.ts'
import { valuesOf, valueTexts, type Value } from './values.ts'
import type { MysqlConfig } from '../config.ts'

export type Copying = {
  /** Of what serves: it only reads. */
  readonly from: Query
  readonly live: MysqlConfig
  readonly to: Session
  readonly clone: string
  readonly rows: RehearsedRows
  /** Before each chunk, and waited for. False ends it here. */
  readonly mayGoOn: () => Promise<boolean>
}

/** `of`: as the server estimates. `whole`: every row of it is there. */
export type Copied = { readonly table: string; readonly rows: number; readonly of: number; readonly whole: boolean }

/** A chunk takes about so long to read, and has no more bytes than this. */
const [chunkMs, chunkBytes, firstRows] = [500, 4_000_000, 500]

/** Its rows, in chunks along its key, each an INSERT of its own; null: it was ended on the way. */
export async function copyRows(copying: Copying, table: string, all: boolean): Promise<Copied | null> {
  const { from, live, rows: wanted } = copying
  const [shape] = await shapesOf(from, live.database.database, [table])
  if (shape === undefined) return { table, rows: 0, of: 0, whole: true }
  const most = all || wanted === 'all' ? null : wanted === 'none' ? 0 : wanted
  if (most === 0) return { table, rows: 0, of: shape.rows, whole: false }
  const generated = (await columnsOf(from, live, table)).filter(column => column.generated).map(({ name }) => name)
  const values = valuesOf(shape.columns.filter(({ name }) => !generated.includes(name)))
  const { key } = shape
  const chunks =
    key === null || !canBound(key) ? byPosition(from, shape, values, most) : alongKey(from, shape, key, values, most)
  let copied = 0
  if (!(await copying.mayGoOn())) return null
  for await (const chunk of chunks) {
    await insert(copying, table, values, chunk)
    copied += chunk.length
    if (!(await copying.mayGoOn())) return null
  }
  return { table, rows: copied, of: Math.max(copied, shape.rows), whole: most === null || copied < most }
}

/** The newest ones where not all are wanted: they have what the last migrations brought. */
async function* alongKey(
  query: Query,
  shape: Shape,
  key: Key,
  values: readonly Value[],
  most: number | null,
): AsyncGenerator<readonly Row[]> {
  const order = key.columns.map(({ name }) => quoteName(name))
  let from = most === null ? null : await newestFrom(query, shape, key, most)
  for (let size = firstRows; ; ) {
    const began = performance.now()
    const chunk = await query(
      `SELECT ${[...values.map(({ asked }) => asked), boundColumns(key)].join(', ')} FROM ${sourceOf(shape)} WHERE ${between(key, from, null)} ORDER BY ${order.join(', ')} LIMIT ${size}`,
    )
    const last = chunk.at(-1)
    if (last === undefined) return
    yield chunk
    if (chunk.length < size) return
    from = boundOf(key, last)
    size = nextSize(size, chunk, performance.now() - began)
  }
}

async function newestFrom(query: Query, shape: Shape, key: Key, most: number): Promise<Bound | null> {
  const order = key.columns.map(({ name }) => `${quoteName(name)} DESC`).join(', ')
  const [row] = await query(
    `SELECT ${boundColumns(key)} FROM ${sourceOf(shape)} ORDER BY ${order} LIMIT 1 OFFSET ${most}`,
  )
  return row === undefined ? null : boundOf(key, row)
}

/** Where no key tells one row from the next: as the server stores them. */
async function* byPosition(
  query: Query,
  shape: Shape,
  values: readonly Value[],
  most: number | null,
): AsyncGenerator<readonly Row[]> {
  const order = shape.key === null ? '' : ` ORDER BY ${shape.key.columns.map(({ name }) => quoteName(name)).join(', ')}`
  const size = 10_000
  for (let at = 0; most === null || at < most; at += size) {
    const chunk = await query(
      `SELECT ${values.map(({ asked }) => asked).join(', ')} FROM ${sourceOf(shape)}${order} LIMIT ${most === null ? size : Math.min(size, most - at)} OFFSET ${at}`,
    )
    if (chunk.length > 0) yield chunk
    if (chunk.length < size) return
  }
}

function nextSize(rows: number, chunk: readonly Row[], ms: number): number {
  const bytes = Math.max(
    1,
    chunk.reduce((sum, row) => sum + sizeOf(row), 0),
  )
  const fits = Math.min((chunk.length * chunkMs) / Math.max(1, ms), (chunk.length * chunkBytes) / bytes, rows * 8)
  return Math.max(1, Math.ceil(fits))
}

function sizeOf(row: Row): number {
  return Object.values(row).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0)
}

function sourceOf({ database, table, key }: Shape): string {
  const index = key === null ? '' : ` FORCE INDEX (${quoteName(key.name)})`
  return `${within(database, table)}${index}`
}

const statementBytes = 1_000_000

async function insert(
  { to, clone }: Copying,
  table: string,
  values: readonly Value[],
  rows: readonly Row[],
): Promise<void> {
  const head = `INSERT INTO ${within(clone, table)} (${values.map(({ name }) => quoteName(name)).join(', ')}) VALUES `
  let [batch, size]: [string[], number] = [[], 0]
  const send = async (): Promise<void> => {
    if (batch.length > 0) await to.run(head + batch.join(', '))
    ;[batch, size] = [[], 0]
  }
  for (const row of rows) {
    const text = `(${valueTexts(values, row).join(', ')})`
    if (size + text.length > statementBytes) await send()
    batch.push(text)
    size += text.length
  }
  await send()
}

/** What a value reads as, on both sides alike. */
export function whileCopying<T>(query: Query, work: () => Promise<T>): Promise<T> {
  return underSumSettings(query, work)
}

/** Of the session that writes: values as they are, in whichever order they come. */
export const writeSettings = [
  "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 0",
]
