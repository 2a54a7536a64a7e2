import type { Json } from '../../../state/json.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { Refused } from './trouble.ts'

/** Sessions, by id. `proven`: the server names them as holders of what is waited for; `near`: as holders of something at this schema. */
export type Holders = { readonly proven: ReadonlySet<number>; readonly near: ReadonlySet<number> }

/** For whom the session `waiter` waits, as far as this server, and this account's rights, tell. */
export async function holdersOf(query: Query, { database }: MysqlConfig, waiter: number): Promise<Holders> {
  for (const sql of proofs) {
    const proven = await idsOf(query, sql, waiter)
    if (proven.size > 0) return { proven, near: proven }
  }
  return { proven: new Set(), near: await idsOf(query, nearby, waiter, database.database) }
}

const proofs = [
  // Rows, on MariaDB; rows, on MySQL; tables, where the performance schema watches their locks.
  `SELECT holder.trx_mysql_thread_id FROM information_schema.innodb_lock_waits
    JOIN information_schema.innodb_trx AS waiter ON waiter.trx_id = requesting_trx_id
    JOIN information_schema.innodb_trx AS holder ON holder.trx_id = blocking_trx_id
    WHERE waiter.trx_mysql_thread_id = ?`,
  `SELECT holder.PROCESSLIST_ID FROM performance_schema.data_lock_waits
    JOIN performance_schema.threads AS waiter ON waiter.THREAD_ID = REQUESTING_THREAD_ID
    JOIN performance_schema.threads AS holder ON holder.THREAD_ID = BLOCKING_THREAD_ID
    WHERE waiter.PROCESSLIST_ID = ?`,
  `SELECT holder.PROCESSLIST_ID FROM performance_schema.metadata_locks AS wanted
    JOIN performance_schema.threads AS waiter ON waiter.THREAD_ID = wanted.OWNER_THREAD_ID
    JOIN performance_schema.metadata_locks AS held ON held.LOCK_STATUS = 'GRANTED' AND held.OBJECT_TYPE = wanted.OBJECT_TYPE
      AND held.OBJECT_SCHEMA <=> wanted.OBJECT_SCHEMA AND held.OBJECT_NAME <=> wanted.OBJECT_NAME
    JOIN performance_schema.threads AS holder ON holder.THREAD_ID = held.OWNER_THREAD_ID
    WHERE wanted.LOCK_STATUS = 'PENDING' AND waiter.PROCESSLIST_ID = ? AND holder.PROCESSLIST_ID <> waiter.PROCESSLIST_ID`,
]

/** MariaDB's plugin: who holds a lock at this schema or on everything, and nothing of who waits. */
const nearby = `SELECT THREAD_ID FROM information_schema.metadata_lock_info
  WHERE THREAD_ID <> ? AND (TABLE_SCHEMA = ? OR LOCK_TYPE IN ('Global read lock', 'Backup lock'))`

/** Not every server has these tables, and not every account may read them. */
async function idsOf(query: Query, sql: string, ...args: Json[]): Promise<ReadonlySet<number>> {
  try {
    return new Set((await query(sql, ...args)).map(row => Number(Object.values(row)[0])))
  } catch (error) {
    if (error instanceof Refused) return new Set()
    throw error
  }
}
