/** A table of MySQL or MariaDB, in one spelling; as canonical JSON it is the `definition` of a SchemaObject. */
export type TableDefinition = {
  readonly columns: readonly ColumnDefinition[]
  readonly indexes: readonly IndexDefinition[]
  readonly foreignKeys: readonly ForeignKeyDefinition[]
  readonly checks: readonly CheckDefinition[]
  /** Engine, collation and what else was set of the table itself: `engine` -> `InnoDB`. */
  readonly options: Readonly<Record<string, string>>
}

/** In their order. What does not apply is left out. */
export type ColumnDefinition = {
  readonly name: string
  readonly type: string
  readonly null: boolean
  readonly default?: { readonly value: string } | { readonly expression: string }
  /** It belongs to one character set, which needs no telling of its own. */
  readonly collation?: string
  readonly generated?: { readonly as: string; readonly stored: boolean }
  readonly onUpdate?: string
  readonly autoIncrement?: true
  /** Whatever else the server says of it. */
  readonly extra?: string
}

/** By name. */
export type IndexDefinition = {
  readonly name: string
  readonly unique: boolean
  /** `btree`, `fulltext` */
  readonly kind: string
  /** `note(10) desc`, or an expression in parentheses. */
  readonly parts: readonly string[]
  /** The optimizer does not use it. */
  readonly ignored?: true
}

/** By name. */
export type ForeignKeyDefinition = {
  readonly name: string
  readonly columns: readonly string[]
  /** `customers`; `crm.customers` in another database. */
  readonly table: string
  readonly references: readonly string[]
  readonly onDelete: string
  readonly onUpdate: string
}

export type CheckDefinition = { readonly name: string; readonly clause: string; readonly enforced: boolean }
