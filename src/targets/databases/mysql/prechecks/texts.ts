import { isNumber } from './numbers.ts'
import { sql, type Condition } from './precheck.ts'
import type { Column } from './schema.ts'
import type { Written } from './type.ts'

const bytes: Readonly<Record<string, number>> = {
  tinytext: 255,
  tinyblob: 255,
  text: 65_535,
  blob: 65_535,
  mediumtext: 16_777_215,
  mediumblob: 16_777_215,
  longtext: 4_294_967_295,
  longblob: 4_294_967_295,
}
const texts = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set']
const binaries = ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob']
const times = ['date', 'datetime', 'timestamp', 'time', 'year']

export const isText = (data: string): boolean => texts.includes(data)

/** Texts that are too long, or have characters that the target does not; null: not judged. */
export function outOfTexts(from: Column, to: Written, charset: string | null, at: string): readonly Condition[] | null {
  const isBinary = binaries.includes(to.data)
  if (![...texts, ...binaries, ...times].includes(from.data) && !isNumber(from.data)) return null
  if (from.data === 'bit') return null
  const conditions: Condition[] = []
  const limit = bytes[to.data] === undefined || to.numbers[0] !== undefined ? (to.numbers[0] ?? 1) : null
  const what = `${from.name} is longer than ${to.data}${to.numbers[0] === undefined ? '' : `(${to.numbers[0]})`}`
  const target = charset !== null && isText(from.data) ? `CONVERT(${at} USING ${nameOf(charset)})` : at
  if (limit === null) {
    const most = bytes[to.data] ?? 0
    if ((bytes[from.data] ?? from.length ?? 0) > most || from.charset !== charset) {
      conditions.push({ what, where: sql(`LENGTH(${target}) > ${most}`) })
    }
  } else if (bytes[to.data] !== undefined) {
    // text(300) becomes whichever text holds that many.
    if ((bytes[from.data] ?? 0) > 255)
      conditions.push({ what, where: sql(`CHAR_LENGTH(${at}) > ${limit} AND LENGTH(${target}) > 65535`) })
  } else if (isBinary) {
    if (!isText(from.data) || (from.length ?? Infinity) * 4 > limit)
      conditions.push({ what, where: sql(`LENGTH(${at}) > ${limit}`) })
  } else if (from.length === null || from.length > limit || binaries.includes(from.data)) {
    // A char has no spaces at its end, however many there were.
    const value = to.data === 'char' ? `TRIM(TRAILING ' ' FROM ${at})` : at
    conditions.push({ what, where: sql(`CHAR_LENGTH(${value}) > ${limit}`) })
  }
  if (!isBinary && charset !== null) conditions.push(...notIn(from, charset, at))
  return conditions
}

/** Characters that a character set does not have. */
export function notIn(from: Column, charset: string, at: string): readonly Condition[] {
  const what = `${from.name} cannot be written in ${charset}`
  const name = nameOf(charset)
  if (binaries.includes(from.data)) {
    return [
      {
        what,
        where: sql(
          `CAST(CONVERT(${at} USING ${name}) AS BINARY) <> ${at} OR (${at} IS NOT NULL AND CONVERT(${at} USING ${name}) IS NULL)`,
        ),
      },
    ]
  }
  if (from.charset === null || from.charset === charset || charset === 'utf8mb4') return []
  return [
    {
      what,
      where: sql(
        `CAST(CONVERT(CONVERT(${at} USING ${name}) USING utf8mb4) AS BINARY) <> CAST(CONVERT(${at} USING utf8mb4) AS BINARY)`,
      ),
    },
  ]
}

/** A character set has no quotes. */
export function nameOf(charset: string): string {
  return charset.replaceAll(/\W/g, '')
}
