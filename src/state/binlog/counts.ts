/** Rows of one table, by what happened to them. */
export type Counts = {
  readonly table: string
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

export function addAll(counts: readonly Counts[], more: readonly Counts[]): readonly Counts[] {
  const sums = new Map(counts.map(one => [one.table, one]))
  for (const { table, inserted, updated, deleted } of more) {
    const before = sums.get(table) ?? { inserted: 0, updated: 0, deleted: 0 }
    sums.set(table, {
      table,
      inserted: before.inserted + inserted,
      updated: before.updated + updated,
      deleted: before.deleted + deleted,
    })
  }
  return [...sums.values()].sort((a, b) => (a.table < b.table ? -1 : 1))
}

export function rowsIn(counts: readonly Omit<Counts, 'table'>[]): number {
  return counts.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0)
}
