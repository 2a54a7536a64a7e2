import type { Json } from '../../../../state/json.ts'
import type { Row } from '../../query.ts'
import { quoteName } from '../names.ts'
import { asText } from '../sums/bounds.ts'
import type { Column } from '../sums/shape.ts'

/** How a column is asked for, so that nothing of it is lost on the way, and how it is written again. */
export type Value = {
  readonly name: string
  /** Under a name that no column has: by an alias a server would order, and not by the column. */
  readonly alias: string
  readonly asked: string
  readonly written: (read: string) => string
}

export function valuesOf(columns: readonly Column[]): readonly Value[] {
  return columns.map((column, index) => {
    const [expression, written] = wayOf(column)
    const alias = `_astern_v${index}`
    return { name: column.name, alias, asked: `${expression} AS ${alias}`, written }
  })
}

function wayOf({ name, type }: Column): readonly [expression: string, written: Value['written']] {
  const own = quoteName(name)
  if (/geom|point|linestring|polygon/.test(type))
    return [asText(`CONCAT(ST_SRID(${own}), ':', HEX(ST_AsWKB(${own})))`), geometry]
  if (/int$|^(?:decimal|numeric|year)$/.test(type)) return [asText(own), number]
  // A float is told in six digits.
  if (/^(?:float|double|real)$/.test(type)) return [asText(`(${own} * 1e0)`), number]
  if (type === 'bit') return [asText(`(${own} + 0)`), number]
  if (/^(?:date|datetime|timestamp|time|uuid|inet4|inet6)$/.test(type)) return [asText(own), plain]
  if (type === 'json') return [`CAST(${asText(own)} AS BINARY)`, read => `_utf8mb4 ${bytes(read)}`]
  return [`CAST(${own} AS BINARY)`, bytes]
}

export function valueTexts(values: readonly Value[], row: Row): readonly string[] {
  return values.map(({ alias, written }) => {
    const read: Json | undefined = row[alias]
    return read == null ? 'NULL' : written(String(read))
  })
}

function number(read: string): string {
  if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(read)) throw new Error(`no number: ${read}`)
  return read
}

function plain(read: string): string {
  if (!/^[-\da-f: .]+$/i.test(read)) throw new Error(`neither time nor address: ${read}`)
  return `'${read}'`
}

function geometry(read: string): string {
  const [, reference, wkb] = /^(\d+):([\dA-F]+)$/i.exec(read) ?? []
  if (reference === undefined || wkb === undefined) throw new Error('no geometry')
  return `ST_GeomFromWKB(x'${wkb}', ${reference})`
}

/** The session gives bytes as SQL writes them. */
function bytes(read: string): string {
  if (!/^x'[\da-f]*'$/.test(read)) throw new Error('not as bytes')
  return read
}
