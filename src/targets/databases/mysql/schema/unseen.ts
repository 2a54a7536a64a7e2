import type { Query } from '../../query.ts'

/** What of a schema the account is not shown, in words: its fingerprint then stands for less than the whole. */
export async function unseen(query: Query, database: string): Promise<readonly string[]> {
  const [bodiless] = await query(
    `SELECT
       (SELECT COUNT(*) FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? AND COALESCE(VIEW_DEFINITION, '') = '') AS views,
       (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_DEFINITION IS NULL) AS routines`,
    database,
    database,
  )
  const grants = await grantsOn(query, database)
  const may = (...any: readonly string[]): boolean => [...any, 'ALL PRIVILEGES'].some(grant => grants.has(grant))
  const [views, routines] = [Number(bodiless?.['views'] ?? 0), Number(bodiless?.['routines'] ?? 0)]
  return [
    ...(views > 0 ? [`the text of ${counted(views, 'view')} (SHOW VIEW is not granted)`] : []),
    ...(routines > 0 ? [`the text of ${counted(routines, 'routine')} (only their definer may read it)`] : []),
    ...(may('EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE', 'SHOW_ROUTINE', 'SHOW CREATE ROUTINE')
      ? []
      : ['routines (EXECUTE is not granted)']),
    ...(may('TRIGGER') ? [] : ['triggers (TRIGGER is not granted)']),
    ...(may('EVENT') ? [] : ['events (EVENT is not granted)']),
    ...(may('SELECT') ? [] : [`tables that were not granted by name (SELECT on all of ${database} is not granted)`]),
  ]
}

/** What holds for the whole database, from this account's grants and those of its active roles. */
async function grantsOn(query: Query, database: string): Promise<ReadonlySet<string>> {
  const rows = await query('SHOW GRANTS')
  return new Set(
    rows.flatMap(row => {
      const [, list = '', on = ''] = /^GRANT (.+?) ON (\S+) TO /.exec(String(Object.values(row)[0])) ?? []
      return covers(on, database) ? list.split(/,\s*/) : []
    }),
  )
}

/** `*.*`, or this database's name, in which `%` and `_` stand for others unless they are escaped. */
function covers(on: string, database: string): boolean {
  if (on === '*.*') return true
  const name = /^`(.+)`\.\*$/.exec(on)?.[1]?.replaceAll('``', '`')
  if (name === undefined) return false
  const pattern = name.replaceAll(/\\([%_])|[%_]|[.*+?^${}()|[\]\\]/g, (sign, escaped?: string) =>
    escaped !== undefined ? escaped : sign === '%' ? '.*' : sign === '_' ? '.' : `\\${sign}`,
  )
  return new RegExp(`^${pattern}$`, 's').test(database)
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
