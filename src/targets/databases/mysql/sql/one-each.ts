import { tokens, unquoted, type Token } from './tokens.ts'

/**
 * `DROP TABLE a, b` as one statement for each table: the server may stop between the two, and a step is what it does
 * whole. RENAME TABLE likewise, unless one pair needs what another did.
 */
export function singles(sql: string): readonly string[] {
  const all = [...tokens(sql)]
  const words = all.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : ''))
  if (all.some(({ kind }) => kind === 'open')) return [sql]
  const isDrop = words[0] === 'DROP' && words[1] === 'TABLE'
  const isRename = words[0] === 'RENAME' && (words[1] === 'TABLE' || words[1] === 'TABLES')
  if (!isDrop && !isRename) return [sql]
  const first = words[2] === 'IF' ? 4 : 2
  const end = isDrop ? lastName(all, first) : all.length
  const parts = listOf(all.slice(first, end))
  if (parts.length < 2 || (isRename && !isFree(parts))) return [sql]
  const before = sql.slice(0, all[first]?.at)
  const after = all[end] === undefined ? '' : ` ${sql.slice(all[end].at)}`
  return parts.map(part => `${before}${textOf(sql, part)}${after}`)
}

/** Behind the last table: CASCADE, WAIT 5. */
function lastName(all: readonly Token[], first: number): number {
  for (let index = first; index < all.length; index += 1) {
    const [token, next] = [all[index], all[index + 1]]
    const isName = (other: Token | undefined): boolean => other?.kind === 'word' || other?.kind === 'name'
    if (isName(token) && isName(next)) return index + 1
  }
  return all.length
}

function listOf(all: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  for (const token of all) {
    if (token.text === ',') parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

/** No name twice, wherever it stands. */
function isFree(pairs: readonly (readonly Token[])[]): boolean {
  const names = pairs.flatMap(pair => {
    const to = pair.findIndex(({ kind, text }) => kind === 'word' && text.toUpperCase() === 'TO')
    return [pair.slice(0, to), pair.slice(to + 1)].map(side => {
      const last = side.findLast(({ kind }) => kind === 'word' || kind === 'name')
      return unquoted(last?.text ?? '').toLowerCase()
    })
  })
  return new Set(names).size === names.length
}

function textOf(sql: string, part: readonly Token[]): string {
  const [first, last] = [part[0], part.at(-1)]
  return first === undefined || last === undefined ? '' : sql.slice(first.at, last.at + last.text.length)
}
