import type { Row } from '../../query.ts'

export function groupBy(rows: readonly Row[], column: string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = String(row[column])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

export function byPosition(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => Number(a['position']) - Number(b['position']))
}

/** By code unit, whatever a server's collation would say. */
export function sortedBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}
