import type { Query } from '../query.ts'
import { processes, sessionWords } from './processes.ts'

/** Sessions with a transaction open, oldest first: whoever keeps a statement waiting is among them. Empty where it may not be seen. */
export async function blockersOf(query: Query): Promise<readonly string[]> {
  const [open, all] = await Promise.all([
    query('SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx ORDER BY trx_started').catch(() => []),
    processes(query),
  ])
  const ids = open.map(row => Number(Object.values(row)[0]))
  return all
    .filter(({ id }) => ids.includes(id))
    .sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    .map(sessionWords)
}
