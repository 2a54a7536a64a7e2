export type Token = {
  /** `name`: in backticks. `open` and `close`: what makes a comment count as code. `end`: the delimiter. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'sign' | 'open' | 'close' | 'end'
  readonly text: string
  readonly at: number
}

/** A script as the mysql client reads it; white space and comments are passed over. A DELIMITER line is a `delimiter` of its own. */
export function* tokens(script: string): Generator<Token, void, Delimiter | undefined> {
  let delimiter = ';'
  let open = false
  let at = 0
  while (at < script.length) {
    const { kind, length } = next(script, at, delimiter, open)
    const token = { kind, text: script.slice(at, at + length), at }
    at += length
    if (token.kind === 'blank') continue
    if (token.kind === 'open') open = true
    if (token.kind === 'close') open = false
    const told = yield token as Token
    if (told === undefined) continue
    delimiter = told.delimiter
    at = told.from
  }
}

/** What a reader of tokens says when it met a DELIMITER line: from there on another one holds. */
export type Delimiter = { readonly delimiter: string; readonly from: number }

const kinds: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /\s+/y],
  ['blank', /(?:--(?=[\s\p{Cc}]|$)|#)[^\n]*/uy],
  ['open', /\/\*M?!\d*/y],
  ['blank', /\/\*[\s\S]*?(?:\*\/|$)/y],
  ['string', /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y],
  ['string', /"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/y],
  ['name', /`(?:[^`]|``)*(?:`|$)/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$\u0080-\uffff])/y],
  ['word', /[\w$\u0080-\uffff]+/y],
]

function next(
  script: string,
  at: number,
  delimiter: string,
  open: boolean,
): { readonly kind: Token['kind'] | 'blank'; readonly length: number } {
  if (!open && script.startsWith(delimiter, at)) return { kind: 'end', length: delimiter.length }
  if (open && script.startsWith('*/', at)) return { kind: 'close', length: 2 }
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = at
    const length = pattern.exec(script)?.[0].length ?? 0
    if (length === 0) continue
    if (kind !== 'word') return { kind, length }
    // `END$$`: a delimiter ends even a word.
    const cut = script.slice(at, at + length).indexOf(delimiter)
    return { kind, length: cut > 0 ? cut : length }
  }
  return { kind: 'sign', length: 1 }
}

/** A name without its backticks. */
export function unquoted(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1).replaceAll('``', '`') : text
}
