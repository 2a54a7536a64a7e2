/** A piece of SQL as the server prints it. Joined, the `raw` texts are the whole again. */
export type Piece = {
  readonly kind: 'blank' | 'string' | 'name' | 'word' | 'number' | 'sign'
  readonly raw: string
  /** A string or name without its quotes; a word in lower case; `<>` for `!=`. */
  readonly text: string
}

export function piecesOf(sql: string): readonly Piece[] {
  const pieces = [...sql.matchAll(pattern)].map(([raw, blank, string, name, word, number]): Piece => {
    if (blank !== undefined) return { kind: 'blank', raw, text: ' ' }
    if (string?.startsWith("'")) return { kind: 'string', raw, text: unescape(string) }
    if (string !== undefined) return { kind: 'number', raw, text: string.toLowerCase() }
    if (name !== undefined) return { kind: 'name', raw, text: name.slice(1, -1).replaceAll('``', '`') }
    if (word !== undefined) return { kind: 'word', raw, text: word.toLowerCase() }
    if (number !== undefined) return { kind: 'number', raw, text: number.toLowerCase() }
    return { kind: 'sign', raw, text: synonyms.get(raw) ?? raw }
  })
  return pieces
}

/** `shop`.`orders` is `orders` when `shop` is the database itself: it may be restored under another name. */
export function withoutDatabase(pieces: readonly Piece[], database: string): readonly Piece[] {
  return pieces.filter((piece, index) => {
    const own = (at: number): boolean => {
      const [name, dot] = [pieces[at], pieces[at + 1]]
      return name?.kind === 'name' && name.text === database && dot?.raw === '.' && pieces[at - 1]?.raw !== '.'
    }
    return !own(index) && !(piece.raw === '.' && own(index - 1))
  })
}

const pattern =
  /(\s+)|((?:[xXbB](?='))?'(?:[^'\\]|''|\\[\s\S])*')|(`(?:[^`]|``)*`)|([A-Za-z_@$\u0080-\uffff][\w$\u0080-\uffff]*)|(\d[\w.]*|\.\d\w*)|<=>|->>|<=|>=|<>|!=|<<|>>|->|:=|&&|\|\||[\s\S]/g

const synonyms: ReadonlyMap<string, string> = new Map([
  ['!=', '<>'],
  ['&&', 'and'],
])

export function unescape(string: string): string {
  return string
    .slice(1, -1)
    .replaceAll(/''|\\([\s\S])/g, (_, escaped?: string) =>
      escaped === undefined ? "'" : (escapes.get(escaped) ?? escaped),
    )
}

/** `\%` and `\_` mean themselves with their backslash. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['Z', '\x1a'],
  ['%', '\\%'],
  ['_', '\\_'],
])
