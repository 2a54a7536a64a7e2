import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'

/** Rights on the whole server that the fence needs; any one of a line. CONNECTION_ADMIN as MySQL spells it. */
const needed: readonly (readonly [right: string, ...others: string[]])[] = [
  ['PROCESS'],
  ['CREATE USER'],
  ['CONNECTION ADMIN', 'CONNECTION_ADMIN', 'SUPER'],
]

/**
 * What the account that reverses lacks to keep writers out, told before anything stops. Asked as another account, or
 * where roles hide what it has: nothing is told.
 */
export async function lacking(query: Query, { database }: MysqlConfig): Promise<readonly string[]> {
  if (database.writers.length === 0) return []
  const [who] = await query('SELECT CURRENT_USER() AS account, VERSION() AS version')
  if (!String(who?.['account']).startsWith(`${database.account.user}@`)) return []
  const lines = (await query('SHOW GRANTS')).map(row => String(Object.values(row)[0]))
  const byRole = lines.some(line => !/ ON /.test(line))
  if (byRole && !String(who?.['version']).includes('MariaDB')) return []
  const held = new Set(lines.flatMap(line => /^GRANT (.+?) ON \*\.\* TO /.exec(line)?.[1]?.split(/,\s*/) ?? []))
  return held.has('ALL PRIVILEGES')
    ? []
    : needed.filter(any => !any.some(right => held.has(right))).map(([right]) => right)
}
