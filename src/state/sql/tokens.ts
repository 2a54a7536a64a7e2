export type Token = {
  /** `name`: a quoted identifier, unquoted here. `end`: a semicolon. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'sign' | 'end'
  readonly text: string
  readonly at: number
}

const pattern =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+)|('(?:[^']|'')*(?:'|$))|("(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$))|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(\d[\w.]*)|(;)|([\s\S])/gy

/** SQL as tokens; white space and comments are passed over. */
export function* tokens(text: string): Generator<Token> {
  pattern.lastIndex = 0
  const matches = text.matchAll(new RegExp(pattern.source, 'gy'))
  for (const match of matches) {
    const [whole, blank, string, name, word, number, end] = match
    const at = match.index
    if (blank !== undefined) continue
    if (string !== undefined) yield { kind: 'string', text: string, at }
    else if (name !== undefined) yield { kind: 'name', text: unquote(name), at }
    else if (word !== undefined) yield { kind: 'word', text: word, at }
    else if (number !== undefined) yield { kind: 'number', text: number, at }
    else if (end !== undefined) yield { kind: 'end', text: end, at }
    else yield { kind: 'sign', text: whole, at }
  }
}

function unquote(name: string): string {
  const quote = name[0] ?? ''
  const inner = name.slice(1, -1)
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote)
}
