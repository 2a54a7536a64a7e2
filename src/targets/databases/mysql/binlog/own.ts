import { createHash, type Hash } from 'node:crypto'
import { within } from '../restore/sides.ts'
import { rowsIn, tableIn } from './bytes.ts'
import type { Said } from './text.ts'

/** Which rows are meant: of one schema, and of these tables in it. */
export type Own = { readonly schema: string; readonly tables: ReadonlySet<string> }

/** Of a statement's events those of our tables. What is not named here reaches no server. */
export function ownEvents(events: readonly Buffer[], own: Own): readonly Buffer[] {
  const ids = new Set<number>()
  return events.filter(event => {
    const table = tableIn(event)
    if (table !== null) {
      const isOwn = table.schema === own.schema && own.tables.has(table.name)
      if (isOwn) ids.add(table.id)
      else ids.delete(table.id)
      return isOwn
    }
    const rows = rowsIn(event)
    return rows !== null && ids.has(rows.table)
  })
}

export function ownSql(sql: readonly string[], { schema, tables }: Own): readonly string[] {
  let mine = false
  const named = new Set([...tables].map(table => Buffer.from(within(schema, table)).toString('latin1')))
  return sql.filter(line => {
    const [, table] = /^### (?:INSERT INTO|UPDATE|DELETE FROM) (.*)$/.exec(line) ?? []
    if (table !== undefined) mine = named.has(table)
    return mine
  })
}

/** One hash over all rows that are meant, whole transactions at a time. */
export class OwnHash {
  readonly #own: Own
  #sum: Hash = createHash('sha256')
  #begun: Hash = this.#sum.copy()

  constructor(own: Own) {
    this.#own = own
  }

  begin(): void {
    this.#begun = this.#sum.copy()
  }

  take({ events }: Pick<Said, 'events'>): void {
    for (const event of ownEvents(events, this.#own)) this.#sum.update(event)
  }

  /** Of what came before the transaction that is being read. */
  before(): string {
    return this.#begun.copy().digest('hex')
  }

  now(): string {
    return this.#sum.copy().digest('hex')
  }
}
