import type { Column, Index, Reference, Table } from './schema.ts'

/** A column as it will be by the time a statement comes. */
export type LiveColumn = {
  readonly name: string
  /** As it is now; null: an earlier statement makes it. */
  readonly now: Column | null
  nullable: boolean
  /** Its type as an earlier statement wrote it. */
  written: string | null
  /** The statement before which its values are not known; null: they are those of now. */
  unsure: string | null
}

export type LiveTable = {
  readonly name: string
  /** As it is now; null: an earlier statement makes it, with columns that nobody has looked at. */
  readonly now: Table | null
  readonly columns: Map<string, LiveColumn>
  readonly indexes: Map<string, Index>
  /** `FOREIGN KEY f`, `CHECK c`, `UNIQUE u`, with the statement that drops it, or null. */
  readonly constraints: Map<string, number | null>
  /** The statement before which rows may have come; and the one before which some may have gone. */
  more: string | null
  fewer: string | null
}

/** The schema as it will be: as it is, and what the statements before did to it. */
export class Model {
  readonly #tables: Map<string, LiveTable>
  readonly #fold: boolean
  readonly isMariaDb: boolean
  references: readonly Reference[]
  /** A statement that may have done anything. */
  unsure: string | null = null

  /** `fold`: names of tables are the same in small and in capital letters. */
  constructor(
    tables: readonly Table[],
    references: readonly Reference[],
    { fold, isMariaDb }: { readonly fold: boolean; readonly isMariaDb: boolean },
  ) {
    this.#fold = fold
    this.references = references
    this.isMariaDb = isMariaDb
    this.#tables = new Map(tables.map(table => [this.#key(table.name), live(table)]))
  }

  table(name: string): LiveTable | undefined {
    return this.#tables.get(this.#key(name))
  }

  make(name: string): void {
    this.#tables.set(this.#key(name), { ...blank(), name, now: null })
  }

  drop(name: string): void {
    this.#tables.delete(this.#key(name))
    this.references = this.references.filter(({ child }) => !this.same(child, name))
  }

  rename(from: string, to: string): void {
    const table = this.table(from)
    if (table === undefined) return
    this.#tables.delete(this.#key(from))
    this.#tables.set(this.#key(to), { ...table, name: to })
    const renamed = (name: string): string => (this.same(name, from) ? to : name)
    this.references = this.references.map(reference => ({
      ...reference,
      child: renamed(reference.child),
      parent: renamed(reference.parent),
    }))
  }

  same(one: string, other: string): boolean {
    return this.#key(one) === this.#key(other)
  }

  #key(name: string): string {
    return this.#fold ? name.toLowerCase() : name
  }
}

export function columnOf(table: LiveTable, name: string): LiveColumn | undefined {
  return table.columns.get(name.toLowerCase())
}

/** `FOREIGN KEY f`: each kind has names of its own. */
export function constraintKey(kind: string, name: string): string {
  return `${kind} ${name.toLowerCase()}`
}

function live(table: Table): LiveTable {
  const byName = <T extends { readonly name: string }>(all: readonly T[]): [string, T][] =>
    all.map(one => [one.name.toLowerCase(), one])
  const columns = table.columns.map(now => ({
    name: now.name,
    now,
    nullable: now.nullable,
    written: null,
    unsure: null,
  }))
  return {
    ...blank(),
    name: table.name,
    now: table,
    columns: new Map(byName<LiveColumn>(columns)),
    indexes: new Map(byName(table.indexes)),
    constraints: new Map(table.constraints.map(({ name, kind }) => [constraintKey(kind, name), null])),
  }
}

function blank() {
  return {
    columns: new Map<string, LiveColumn>(),
    indexes: new Map<string, Index>(),
    constraints: new Map<string, number | null>(),
    more: null,
    fewer: null,
  }
}
