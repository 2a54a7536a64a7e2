import type { ColumnNameContext, IndexColumnNamesContext } from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Grammar } from './grammar.ts'
import type { Shadow } from './shadow.ts'
import { tokens, unquoted } from './tokens.ts'

/** What a parse tree keeps of every part: where it stands. */
export type Part = {
  readonly start: { readonly start: number } | null
  readonly stop: { readonly stop: number } | null
}

/** One statement while it is read: its tree was made from the shadow, and what it says stands in the original. */
export class Reading {
  readonly grammar: Grammar
  readonly #original: string
  readonly #shadow: Shadow
  /** Set once a table of another schema was named. */
  elsewhere: string | null = null
  readonly #database: string | undefined

  constructor(grammar: Grammar, original: string, shadow: Shadow, database: string | undefined) {
    this.grammar = grammar
    this.#original = original
    this.#shadow = shadow
    this.#database = database
  }

  text(part: Part): string {
    return this.#original.slice(part.start?.start ?? 0, (part.stop?.stop ?? -1) + 1)
  }

  /** The last of a name's parts: of `shop.orders`, orders. */
  name(part: Part): string {
    return this.path(part).at(-1) ?? ''
  }

  /** A table's name; its schema has to be the one that is rolled back. */
  table(part: Part): string {
    const [name = '', schema] = this.path(part).reverse()
    if (schema !== undefined && this.#database !== undefined && schema !== this.#database) {
      this.elsewhere ??= `${schema}.${name}`
    }
    return name
  }

  path(part: Part): string[] {
    const all = [...tokens(this.text(part))]
    return all.filter(({ kind }) => kind === 'word' || kind === 'name').map(({ text }) => unquoted(text))
  }

  columns(part: IndexColumnNamesContext): readonly string[] {
    return part.indexColumnName().map(column => {
      const uid = column.uid()
      return uid === null ? '' : this.name(uid)
    })
  }

  lengths(part: IndexColumnNamesContext): { readonly lengths?: readonly (number | null)[] } {
    const lengths = part.indexColumnName().map(column => {
      const length = column.decimalLiteral()
      return length === null ? null : Number(this.text(length))
    })
    return lengths.some(length => length !== null) ? { lengths } : {}
  }

  /** Where a column of which table is set: `o.note`. */
  column(part: ColumnNameContext): { readonly qualifier: string | undefined; readonly column: string } {
    const [column = '', qualifier] = this.path(part).reverse()
    return { qualifier, column }
  }

  ifExists(part: Part): { readonly ifExists?: true } {
    return this.#isConditional(part) ? { ifExists: true } : {}
  }

  ifNotExists(part: Part): { readonly ifNotExists?: true } {
    return this.#isConditional(part) ? { ifNotExists: true } : {}
  }

  has(leftOut: string): boolean {
    return this.#shadow.besides.includes(leftOut)
  }

  #isConditional(part: Part): boolean {
    const [from, to] = [part.start?.start ?? 0, part.stop?.stop ?? 0]
    return this.#shadow.conditions.some(at => at >= from && at <= to)
  }
}
