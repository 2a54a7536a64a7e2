import { shortest, spellingsOf } from './spellings.ts'

export type Mask = {
  /** From now on hidden, in every spelling. Shorter than four characters: nothing would be left of any text. */
  readonly hide: (secret: string) => void
  /** Every secret becomes `***`, and what is left of one that was cut off at an end of the text, at a line's or at a `…`. */
  readonly mask: (text: string) => string
  /** Whether something of a secret may stand in a text: quick, and for most texts no. */
  readonly suspects: (text: string) => boolean
}

/** A piece of a secret is taken for one from this length on: less of it could be any word. */
const pieceLength = 8

/** The one place where secrets are taken out of what is kept, shown or sent. */
export function openMask(): Mask {
  const secrets = new Set<string>()
  const spellings = new Set<string>()
  let patterns: Patterns | null = null
  const hide = (secret: string): void => {
    if (secret.length < shortest || secrets.has(secret)) return
    secrets.add(secret)
    for (const spelling of spellingsOf(secret)) spellings.add(spelling)
    patterns = null
  }
  const current = (): Patterns => (patterns ??= patternsOf(spellings))
  const suspects = (text: string): boolean => spellings.size > 0 && current().pieces.test(text)
  const mask = (text: string): string => {
    if (!suspects(text)) return text
    const { whole, heads, tails } = current()
    return text.replaceAll(whole, '***').replaceAll(/[^…\n]+/g, part => withoutTail(withoutHead(part, heads), tails))
  }
  return { hide, mask, suspects }
}

/** `heads` are the spellings by their first characters, `tails` by their last. */
type Patterns = {
  readonly whole: RegExp
  readonly pieces: RegExp
  readonly heads: ReadonlyMap<string, readonly string[]>
  readonly tails: ReadonlyMap<string, readonly string[]>
}

function patternsOf(spellings: ReadonlySet<string>): Patterns {
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length)
  const long = longestFirst.filter(({ length }) => length > pieceLength)
  const heads = Map.groupBy(long, spelling => spelling.slice(0, pieceLength))
  const tails = Map.groupBy(long, spelling => spelling.slice(-pieceLength))
  const short = longestFirst.filter(({ length }) => length <= pieceLength)
  return {
    whole: anyOf(longestFirst, 'g'),
    pieces: anyOf([...new Set([...heads.keys(), ...tails.keys(), ...short])], ''),
    heads,
    tails,
  }
}

function anyOf(texts: readonly string[], flags: string): RegExp {
  return new RegExp(texts.map(text => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'), flags)
}

/** The text ends in the middle of a secret. */
function withoutHead(text: string, heads: Patterns['heads']): string {
  for (const [head, spellings] of heads)
    for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, at + 1)) {
      const rest = text.slice(at)
      if (spellings.some(spelling => spelling.startsWith(rest))) return `${text.slice(0, at)}***`
    }
  return text
}

/** The text begins in the middle of a secret. */
function withoutTail(text: string, tails: Patterns['tails']): string {
  for (const [tail, spellings] of tails)
    for (let at = text.indexOf(tail); at >= 0; at = text.indexOf(tail, at + 1)) {
      const end = at + tail.length
      const before = text.slice(0, end)
      if (spellings.some(spelling => spelling.endsWith(before))) return `***${text.slice(end)}`
    }
  return text
}
