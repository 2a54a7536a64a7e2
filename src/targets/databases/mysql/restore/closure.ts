import type { Query } from '../../query.ts'

/** `child` refers to `parent`, by a foreign key. */
export type Tie = {
  readonly schema: string
  readonly child: string
  readonly parentSchema: string
  readonly parent: string
  readonly columns: readonly string[]
  readonly parentColumns: readonly string[]
}

/** Every foreign key that starts in a schema or leads into it. */
export async function tiesOf(query: Query, schema: string): Promise<readonly Tie[]> {
  const rows = await query(
    `SELECT table_schema, table_name, referenced_table_schema, referenced_table_name, constraint_name, column_name, referenced_column_name
      FROM information_schema.key_column_usage
      WHERE referenced_table_name IS NOT NULL AND (table_schema = ? OR referenced_table_schema = ?)
      ORDER BY table_schema, table_name, constraint_name, ordinal_position`,
    schema,
    schema,
  )
  const ties = new Map<string, Tie>()
  for (const row of rows) {
    const [from = '', child = '', parentSchema = '', parent = '', name = '', column = '', parentColumn = ''] =
      Object.values(row).map(String)
    const key = `${from}.${child}.${name}`
    const { columns = [], parentColumns = [] } = ties.get(key) ?? {}
    ties.set(key, {
      schema: from,
      child,
      parentSchema,
      parent,
      columns: [...columns, column],
      parentColumns: [...parentColumns, parentColumn],
    })
  }
  return [...ties.values()]
}

/**
 * All that foreign keys tie to a table, in either direction and through others: a table that stayed behind would go on
 * referring to the tables that left. Ties as they are today and as the backup has them count alike.
 */
export function closureOf(seeds: readonly string[], ties: readonly Pick<Tie, 'child' | 'parent'>[]): readonly string[] {
  const found = new Set(seeds)
  for (const table of found)
    for (const { child, parent } of ties) {
      if (child === table) found.add(parent)
      if (parent === table) found.add(child)
    }
  return [...found].sort()
}

/** Parents before children; a circle is broken where it closes. */
export function parentsFirst(
  tables: readonly string[],
  ties: readonly Pick<Tie, 'child' | 'parent'>[],
): readonly string[] {
  const ordered: string[] = []
  const visit = (table: string, under: readonly string[]): void => {
    if (ordered.includes(table) || under.includes(table)) return
    for (const { child, parent } of ties)
      if (child === table && tables.includes(parent)) visit(parent, [...under, table])
    ordered.push(table)
  }
  for (const table of [...tables].sort()) visit(table, [])
  return ordered
}
