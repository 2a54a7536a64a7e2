import { piecesOf, withoutDatabase, type Piece } from './lexer.ts'

/**
 * An expression in one spelling. MySQL puts parentheses around everything and a character set before each string, MariaDB
 * neither: so it is read, and written again with the parentheses it needs. What cannot be read keeps its words, one space apart.
 */
export function spellExpression(sql: string, database: string): string {
  const pieces = withoutDatabase(piecesOf(sql), database)
    .filter(({ kind }) => kind !== 'blank')
    .filter((piece, index, all) => !(isIntroducer(piece) && all[index + 1]?.kind === 'string'))
  const reader = new Reader(pieces)
  try {
    const read = reader.expression(0)
    return reader.atEnd ? read.text : pieces.map(write).join(' ')
  } catch (error) {
    if (error instanceof Unread) return pieces.map(write).join(' ')
    throw error
  }
}

type Read = { readonly text: string; readonly level: number }

class Unread extends Error {}

const atom = 100
const levels: Readonly<Record<string, number>> = {
  ':=': 1,
  or: 2,
  '||': 2,
  xor: 3,
  and: 4,
  '=': 7,
  '<=>': 7,
  '>=': 7,
  '>': 7,
  '<=': 7,
  '<': 7,
  '<>': 7,
  is: 7,
  like: 7,
  regexp: 7,
  rlike: 7,
  in: 7,
  between: 7,
  '|': 8,
  '&': 9,
  '<<': 10,
  '>>': 10,
  '+': 11,
  '-': 11,
  '*': 12,
  '/': 12,
  '%': 12,
  div: 12,
  mod: 12,
  '^': 13,
  collate: 16,
  '->': 17,
  '->>': 17,
}

/** Precedence climbing over MySQL's operators. */
class Reader {
  readonly #pieces: readonly Piece[]
  #at = 0

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  get atEnd(): boolean {
    return this.#at >= this.#pieces.length
  }

  expression(least: number): Read {
    let left = this.#prefix()
    for (;;) {
      const negated = this.#sees('not') && ['like', 'in', 'between', 'regexp', 'rlike'].includes(this.#ahead(1))
      const operator = this.#ahead(negated ? 1 : 0)
      const level = levels[operator]
      if (level === undefined || level < least) return left
      this.#at += negated ? 2 : 1
      const right = this.#right(operator, level)
      left = { text: `${wrap(left, level)} ${negated ? 'not ' : ''}${operator} ${right}`, level }
    }
  }

  #right(operator: string, level: number): string {
    if (operator === 'between') {
      const low = wrap(this.expression(8), 8)
      this.#expect('and')
      return `${low} and ${wrap(this.expression(8), 8)}`
    }
    if (operator === 'is') {
      const not = this.#take('not') ? 'not ' : ''
      return not + wrap(this.expression(level + 1), level + 1)
    }
    if (operator === 'in') {
      this.#expect('(')
      return `(${this.#list()
        .map(({ text }) => text)
        .join(',')})`
    }
    const right = wrap(this.expression(level + 1), level + 1)
    return operator === 'like' && this.#take('escape') ? `${right} escape ${wrap(this.expression(8), 8)}` : right
  }

  #prefix(): Read {
    if (this.#take('not')) return { text: `not ${wrap(this.expression(5), 5)}`, level: 5 }
    if (this.#take('!')) return { text: `not ${wrap(this.expression(15), 5)}`, level: 5 }
    for (const sign of ['-', '~', '+'])
      if (this.#take(sign)) return { text: sign + wrap(this.expression(14), 14), level: 14 }
    if (this.#take('case')) return this.#case()
    if (this.#take('interval')) {
      const amount = this.expression(0)
      return { text: `interval ${wrap(amount, 8)} ${this.#next().text}`, level: atom }
    }
    if (this.#take('(')) return this.#group()
    return this.#name()
  }

  /** Parentheses around one expression mean nothing; around several they are a list. */
  #group(): Read {
    const items = this.#list()
    const [only] = items
    if (items.length === 1 && only !== undefined) return only
    return { text: `(${items.map(({ text }) => text).join(',')})`, level: atom }
  }

  #name(): Read {
    const piece = this.#next()
    if (piece.kind === 'sign') throw new Unread()
    if (piece.kind === 'string' || piece.kind === 'number') return { text: write(piece), level: atom }
    let text = write(piece)
    while (this.#take('.')) text += `.${write(this.#next())}`
    if (!this.#take('(')) return { text, level: atom }
    if (this.#take(')')) return { text: `${text}()`, level: atom }
    return { text: `${text}(${this.#arguments()})`, level: atom }
  }

  /** `cast(x as char)`, `convert(x using utf8mb4)`, `trim(both ' ' from x)`: what follows the word is taken as it stands. */
  #arguments(): string {
    const items: string[] = []
    for (;;) {
      let item = this.expression(0).text
      if (['as', 'using', 'from', 'for', 'order', 'separator'].includes(this.#ahead(0)))
        item += ` ${this.#untilClosed()}`
      items.push(item)
      if (this.#take(')')) return items.join(',')
      this.#expect(',')
    }
  }

  #untilClosed(): string {
    const words: string[] = []
    for (let depth = 0; depth > 0 || !this.#sees(')'); ) {
      const piece = this.#next()
      if (piece.raw === '(') depth += 1
      if (piece.raw === ')') depth -= 1
      words.push(write(piece))
    }
    return words.join(' ')
  }

  #list(): readonly Read[] {
    const items = [this.expression(0)]
    while (this.#take(',')) items.push(this.expression(0))
    this.#expect(')')
    return items
  }

  #case(): Read {
    const words = ['case']
    if (!this.#sees('when')) words.push(this.expression(0).text)
    while (this.#take('when')) {
      words.push('when', this.expression(0).text)
      this.#expect('then')
      words.push('then', this.expression(0).text)
    }
    if (this.#take('else')) words.push('else', this.expression(0).text)
    this.#expect('end')
    return { text: [...words, 'end'].join(' '), level: atom }
  }

  #ahead(steps: number): string {
    const piece = this.#pieces[this.#at + steps]
    return piece?.kind === 'word' || piece?.kind === 'sign' ? piece.text : ''
  }

  #sees(text: string): boolean {
    return this.#ahead(0) === text
  }

  #take(text: string): boolean {
    const there = this.#sees(text)
    if (there) this.#at += 1
    return there
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new Unread()
  }

  #next(): Piece {
    const piece = this.#pieces[this.#at]
    if (piece === undefined) throw new Unread()
    this.#at += 1
    return piece
  }
}

function wrap({ text, level }: Read, least: number): string {
  return level < least ? `(${text})` : text
}

function write({ kind, text }: Piece): string {
  if (kind === 'name') return '`' + text.replaceAll('`', '``') + '`'
  return kind === 'string' ? `'${text.replaceAll("'", "''")}'` : text
}

function isIntroducer({ kind, text }: Piece): boolean {
  return kind === 'word' && /^_(utf8mb4|utf8mb3|utf8|latin1|ascii)$/.test(text)
}
