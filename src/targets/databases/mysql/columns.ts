import { quoteName } from './names.ts'

/** `type` as declared; '' where two tables have two, and neither holds bytes. `collation` null: it holds no text. */
export type Typed = { readonly name: string; readonly type: string; readonly collation?: string | null }

export function of(name: string, from?: string): string {
  return from === undefined ? quoteName(name) : `${from}.${quoteName(name)}`
}

export function list(names: readonly string[], from?: string): string {
  return names.map(name => of(name, from)).join(', ')
}

/** What text is ordered by, of each column of each table by its alias. */
export type Collations = Readonly<Record<string, ReadonlyMap<string, string | null>>>

/** Two collations of one character set the server does not compare: the second table's key is read in the first one's. */
export function onKeys(
  keys: readonly string[],
  one: string,
  other: string,
  { [one]: own, [other]: others }: Collations = {},
): string {
  return keys
    .map(key => {
      const [mine, theirs] = [own?.get(key) ?? null, others?.get(key) ?? null]
      const differ = mine !== null && theirs !== null && mine !== theirs && charsetOf(mine) === charsetOf(theirs)
      return `${of(key, one)} = ${of(key, other)}${differ ? ` COLLATE ${mine}` : ''}`
    })
    .join(' AND ')
}

function charsetOf(collation: string): string {
  return collation.replace(/_.*/, '')
}

/**
 * As bytes, no two values alike: collations take for equal what is not, a FLOAT reads in six digits, and of the hour that the
 * clock goes back there are two.
 */
export function bytesOf({ name, type }: Typed, from?: string): string {
  const value = of(name, from)
  if (/^float/i.test(type)) return `CAST(${value} * 1e0 AS BINARY)`
  return `CAST(${/^timestamp/i.test(type) ? `UNIX_TIMESTAMP(${value})` : value} AS BINARY)`
}

export function holdsBytes({ type }: Pick<Typed, 'type'>): boolean {
  return /^(?:(?:tiny|medium|long)?blob|(?:var)?binary|geom|point|linestring|polygon|multi|vector)/i.test(type)
}

/** For people, and for JSON: what is no text as `x'...'`, bits as their number. */
export function readable(column: Typed, from: string): string {
  const value = of(column.name, from)
  if (/^bit/i.test(column.type)) return `(${value} + 0)`
  return holdsBytes(column) ? `CONCAT('x''', LOWER(HEX(${value})), '''')` : value
}

/** One text for one key, in at most 500 characters. */
export function keyText(keys: readonly Typed[], from: string): string {
  const text = `CONCAT_WS(', ', ${keys.map(key => `CONVERT(${readable(key, from)} USING utf8mb4)`).join(', ')})`
  return `IF(CHAR_LENGTH(${text}) > 400, CONCAT(LEFT(${text}, 400), ' ', MD5(${text})), ${text})`
}

/** Texts of several character sets do not stand in one object. */
export function jsonOf(columns: readonly Typed[], from: string): string {
  const pairs = columns.map(column => {
    const value = readable(column, from)
    const text = column.collation != null && charsetOf(column.collation) !== 'utf8mb4'
    return `'${column.name.replaceAll(/['\\]/g, '')}', ${text ? `CONVERT(${value} USING utf8mb4)` : value}`
  })
  return `JSON_OBJECT(${pairs.join(', ')})`
}
