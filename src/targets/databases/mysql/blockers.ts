import { withoutValues, type Blocked, type SeenSession } from '../../../state/blocked.ts'
import { oneLine } from '../../../state/text.ts'
import { isOfDrill } from '../names.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { isServers } from './fenced.ts'
import { holdersOf } from './holders.ts'
import { processes, type Process } from './processes.ts'
import { firstThat } from './replication.ts'
import { noEnding } from './rights.ts'

const most = 20

/** Whether the session `waiter` waits for others now, and for whom; null: it does not wait. */
export async function waitsFor(query: Query, config: MysqlConfig, waiter: number): Promise<Blocked | null> {
  const all = await processes(query)
  const waiting = all.find(({ id }) => id === waiter)
  if (waiting === undefined || waiting.statement === null) return null
  const open = await transactions(query)
  if (!isWaiting(waiting) && open.get(waiter)?.waits !== true) return null
  return blocked(query, config, all, open, waiter)
}

/** Who may have kept the session `waiter` waiting, once it does no more. */
export async function mayHaveHeld(query: Query, config: MysqlConfig, waiter: number): Promise<Blocked> {
  return blocked(query, config, await processes(query), await transactions(query), waiter)
}

/** Those sessions as they stand, and whether they may be ended. */
export async function asBlocked(query: Query, config: MysqlConfig, sessions: readonly Process[]): Promise<Blocked> {
  const [open, began] = [await transactions(query), await serverBegan(query)]
  return withRight(
    query,
    config,
    sessions.map(one => seenOf(config, one, open.get(one.id), began)),
  )
}

/** Every session there is, as it would be shown. */
export async function seenNow(query: Query, config: MysqlConfig): Promise<readonly SeenSession[]> {
  const [all, open, began] = [await processes(query), await transactions(query), await serverBegan(query)]
  return all.map(one => seenOf(config, one, open.get(one.id), began))
}

/** The very one: the same connection of the same server, and still in the transaction it was seen in. */
export function isSame(seen: SeenSession, now: SeenSession): boolean {
  return (
    seen.id === now.id &&
    seen.user === now.user &&
    seen.host === now.host &&
    // The server tells its age in whole seconds.
    Math.abs(seen.server - now.server) <= 1 &&
    (seen.transaction === null || seen.transaction === now.transaction)
  )
}

type Open = { readonly since: string; readonly seconds: number; readonly waits: boolean; readonly rows: number }

/** The states in which a session waits for others' locks on a table, a schema or the whole server are all named so. */
function isWaiting({ state }: Process): boolean {
  return /^Waiting for .*lock/i.test(state)
}

/**
 * Whom the server names as holders; where it names none, all who may be, oldest first: transactions that are open. Without a plugin
 * MariaDB tells nobody who holds the lock on a table.
 */
async function blocked(
  query: Query,
  config: MysqlConfig,
  all: readonly Process[],
  open: ReadonlyMap<number, Open>,
  waiter: number,
): Promise<Blocked> {
  const began = await serverBegan(query)
  const others = all.filter(({ id }) => id !== waiter)
  const { proven, near } = await holdersOf(query, config, waiter)
  const among = near.size > 0 ? near : new Set(open.keys())
  const sessions = others
    .filter(({ id }) => among.has(id))
    .map(one => seenOf(config, one, open.get(one.id), began))
    .toSorted((a, b) => (b.transactionSeconds ?? b.seconds) - (a.transactionSeconds ?? a.seconds))
    .map(seen => (proven.has(seen.id) ? { ...seen, holds: true as const } : seen))
  return withRight(query, config, sessions.slice(0, most))
}

async function withRight(query: Query, config: MysqlConfig, sessions: readonly SeenSession[]): Promise<Blocked> {
  const cannotEnd = sessions.length === 0 ? null : await noEnding(query, config)
  return { sessions, ...(cannotEnd === null ? {} : { cannotEnd }) }
}

function seenOf({ database }: MysqlConfig, one: Process, open: Open | undefined, server: number): SeenSession {
  const isAccounts = one.user === database.account.user || one.user === database.reader?.user
  // What a drill puts there stands for somebody else's, whom whoever plays may have ended.
  const ours = isAccounts && !isOfDrill(one.statement ?? '')
  return {
    id: one.id,
    user: one.user,
    host: one.from,
    server,
    transaction: open?.since ?? null,
    transactionSeconds: open?.seconds ?? null,
    command: one.command,
    seconds: one.seconds,
    statement: one.statement === null ? null : oneLine(withoutValues(one.statement), 120),
    ...(isServers(one) ? { stays: 'of the server' as const } : ours ? { stays: 'of Astern' as const } : {}),
  }
}

/** By session; empty where this account may not see them. */
export async function transactions(query: Query): Promise<ReadonlyMap<number, Open>> {
  const rows = await firstThat(query, [
    'SELECT trx_mysql_thread_id, trx_started, TIMESTAMPDIFF(SECOND, trx_started, NOW()), trx_state, trx_rows_modified FROM information_schema.innodb_trx WHERE trx_mysql_thread_id > 0',
  ])
  return new Map(
    (rows ?? []).map(row => {
      const [id, since, seconds, state, changed] = Object.values(row)
      const open = {
        since: String(since),
        seconds: Number(seconds),
        waits: state === 'LOCK WAIT',
        rows: Number(changed),
      }
      return [Number(id), open]
    }),
  )
}

/** By the server's clock, as its ids are by the server's count. */
async function serverBegan(query: Query): Promise<number> {
  const [[uptime], [now]] = [
    await query("SHOW GLOBAL STATUS LIKE 'Uptime'"),
    await query('SELECT UNIX_TIMESTAMP() AS now'),
  ]
  return Math.round(Number(now?.['now'])) - Number(Object.values(uptime ?? {})[1])
}
