import type { Effect } from '../facts.ts'
import { tokens, type Token } from './tokens.ts'

/** What a statement does, as far as its text proves it. What it does not prove is `other`. */
export function effectOf(sql: string): Effect {
  const all = [...tokens(sql)]
  const words = new Words(all)
  if (words.take('CREATE')) return create(words)
  if (words.take('DROP')) return drop(words)
  if (words.take('ALTER', 'TABLE')) return alter(words)
  if (words.take('INSERT') || words.take('REPLACE')) return rows('insert', words.after('INTO'))
  if (words.take('UPDATE')) return rows('update', words)
  if (words.take('DELETE', 'FROM')) return rows('delete', words)
  return { kind: 'other', what: all[0]?.text.toUpperCase() ?? 'nothing' }
}

function create(words: Words): Effect {
  words.take('UNIQUE')
  if (words.take('TEMP') || words.take('TEMPORARY')) return { kind: 'other', what: 'CREATE TEMPORARY' }
  if (words.take('TABLE')) return { kind: 'create table', table: words.ifNotExists().name() }
  if (words.take('INDEX')) return { kind: 'index', what: words.ifNotExists().name() }
  return { kind: 'other', what: 'CREATE' }
}

function drop(words: Words): Effect {
  if (words.take('TABLE')) return { kind: 'drop table', table: words.ifExists().name() }
  if (words.take('INDEX')) return { kind: 'index', what: words.ifExists().name() }
  return { kind: 'other', what: 'DROP' }
}

function alter(words: Words): Effect {
  const table = words.name()
  if (words.take('ADD')) {
    words.take('COLUMN')
    return { kind: 'add column', table, column: words.name() }
  }
  if (words.take('DROP')) {
    words.take('COLUMN')
    return { kind: 'drop column', table, column: words.name() }
  }
  if (words.take('RENAME', 'TO')) return { kind: 'rename', table, what: `to ${words.name()}` }
  if (words.take('RENAME')) {
    words.take('COLUMN')
    return { kind: 'rename', table, what: `column ${words.name()}` }
  }
  return { kind: 'other', what: `ALTER TABLE ${table}` }
}

function rows(verb: 'insert' | 'update' | 'delete', words: Words): Effect {
  if (words.take('OR')) words.name()
  return { kind: 'rows', verb, table: words.name() }
}

class Words {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(all: readonly Token[]) {
    this.#tokens = all
  }

  /** Steps over these keywords if they all stand here. */
  take(...keywords: string[]): boolean {
    const here = this.#tokens.slice(this.#at, this.#at + keywords.length)
    const fits = keywords.every(
      (keyword, index) => here[index]?.kind === 'word' && here[index].text.toUpperCase() === keyword,
    )
    if (fits) this.#at += keywords.length
    return fits
  }

  after(keyword: string): this {
    const found = this.#tokens.findIndex(
      ({ kind, text }, index) => index >= this.#at && kind === 'word' && text.toUpperCase() === keyword,
    )
    if (found >= 0) this.#at = found + 1
    return this
  }

  ifExists(): this {
    this.take('IF', 'EXISTS')
    return this
  }

  ifNotExists(): this {
    this.take('IF', 'NOT', 'EXISTS')
    return this
  }

  /** A name, its schema left out: `main.orders` is `orders`. */
  name(): string {
    const name = this.#next()
    if (this.#tokens[this.#at]?.text !== '.') return name
    this.#at += 1
    return this.#next()
  }

  #next(): string {
    const token = this.#tokens[this.#at]
    this.#at += 1
    return token?.text ?? ''
  }
}
