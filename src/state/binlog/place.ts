/** A place in a server's binlog: bytes of one of its files. Between two events, it says what came before and what after. */
export type BinlogPlace = { readonly file: string; readonly offset: number }

/** As people and servers write it: `binlog.000004:1234`. Null: it is none. */
export function placeIn(text: string): BinlogPlace | null {
  const [, file, offset] = /^([^\s:/]+\.\d+):(\d{1,15})$/.exec(text) ?? []
  return file === undefined ? null : { file, offset: Number(offset) }
}

export function placeText({ file, offset }: BinlogPlace): string {
  return `${file}:${offset}`
}

/** Below zero: `one` comes first. Files of one log are told apart by the numbers at their ends. */
export function comparePlaces(one: BinlogPlace, other: BinlogPlace): number {
  const [a, b] = [numberOf(one.file), numberOf(other.file)]
  return a === b ? one.offset - other.offset : a - b
}

/**
 * The files from one to another, or why it cannot be read through: one that is gone, or a number that is missing.
 * `last` null: to the newest there is.
 */
export function filesBetween(
  listed: readonly string[],
  first: string,
  last: string | null = null,
): readonly string[] | string {
  const begin = listed.indexOf(first)
  if (begin < 0) return `${first} is gone: the oldest file there is ${listed[0] ?? 'none'}`
  const end = last === null ? listed.length - 1 : listed.indexOf(last)
  if (end < 0) return `there is no ${last ?? ''}: the newest file is ${listed.at(-1) ?? 'none'}`
  if (end < begin) return `${last ?? ''} comes before ${first}`
  const files = listed.slice(begin, end + 1)
  const gap = files.findIndex((file, index) => index > 0 && numberOf(file) !== numberOf(files[index - 1] ?? '') + 1)
  return gap < 0 ? files : `between ${files[gap - 1] ?? ''} and ${files[gap] ?? ''} files are missing`
}

function numberOf(file: string): number {
  return Number(/\.(\d+)$/.exec(file)?.[1] ?? Number.NaN)
}
