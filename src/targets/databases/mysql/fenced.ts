import { setTimeout as pause } from 'node:timers/promises'
import type { DatabaseCommand } from '../../../state/command.ts'
import type { Probed } from '../../../state/facts.ts'
import type { RunContext } from '../../permit.ts'
import { fences } from '../names.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { quoteName } from './names.ts'
import { isByAnothersName, isOf, processes, sessionWords, type Process } from './processes.ts'
import { hasTable } from './seen.ts'

export type Fence = Extract<DatabaseCommand, { kind: 'database.fence' }>

export async function probeFence(
  query: Query,
  config: MysqlConfig,
  command: Fence,
  { run }: RunContext,
): Promise<Probed> {
  const known = (await hasTable(query, config, fences))
    ? await query(`SELECT account FROM ${quoteName(fences)} WHERE run = ?`, run)
    : []
  await seesOthers(query)
  const missing = command.writers.filter(account => !known.some(row => row['account'] === account))
  const open = await others(query, config, command)
  const says = [...missing.map(account => `${account} is not locked by this run`), ...open.map(sessionWords)].join('; ')
  // With no writers declared there is nothing to lock, and quiet is looked for anew each time.
  const holds = missing.length === 0 && open.length === 0 && command.writers.length > 0
  return { verdict: holds ? 'holds' : 'not yet', observed: null, says: says === '' ? 'nobody is at it' : says }
}

export async function probeUnfence(query: Query, config: MysqlConfig, { run }: RunContext): Promise<Probed> {
  const rows = (await hasTable(query, config, fences))
    ? await query(`SELECT account FROM ${quoteName(fences)} WHERE run = ?`, run)
    : []
  const accounts = rows.map(({ account }) => String(account)).join(', ')
  return rows.length === 0
    ? { verdict: 'holds', observed: null, says: 'no account is locked by this run' }
    : { verdict: 'not yet', observed: null, says: `locked by this run: ${accounts}` }
}

/** Without PROCESS the list of sessions is silently one's own: nobody would be there whoever is. This refuses then. */
export async function seesOthers(query: Query): Promise<void> {
  await query('SELECT 1 FROM information_schema.innodb_trx LIMIT 1')
}

/** Sessions at this schema, or of its writers, that are neither Astern's own nor declared readers nor the server's. */
export async function others(
  query: Query,
  { database }: MysqlConfig,
  { writers, readers }: Fence,
): Promise<readonly Process[]> {
  const all = await processes(query)
  const mayStay = (one: Process): boolean =>
    isAmong(one, readers) || one.user === database.account.user || one.user === database.reader?.user
  return all.filter(
    one =>
      (one.schema === database.database || isAmong(one, writers)) &&
      (isByAnothersName(one) || !mayStay(one)) &&
      !isServers(one),
  )
}

/**
 * Those of `others` whom nobody declared. A session is the same account's for all its life, and a trigger lends it its definer's name
 * for a moment: whoever is a writer at a second look was one at the first.
 */
export async function strangers(query: Query, config: MysqlConfig, command: Fence): Promise<readonly Process[]> {
  const writing = new Set<number>()
  let found: readonly Process[] = []
  for (let look = 0; look < looks; look += 1) {
    const all = await others(query, config, command)
    for (const one of all.filter(one => isAmong(one, command.writers))) writing.add(one.id)
    found = all.filter(({ id }) => !writing.has(id))
    if (!found.some(isByAnothersName)) return found
    await pause(lookMs)
  }
  return found
}

const looks = 30
const lookMs = 100

/** Its own: replication, events and what else it does by itself. */
export function isServers({ user, command }: Pick<Process, 'user' | 'command'>): boolean {
  return servers.has(user) || command === 'Daemon' || /^(?:Binlog Dump|Slave_|Replica_)/.test(command)
}

const servers: ReadonlySet<string> = new Set(['system user', 'event_scheduler'])

export function isAmong(one: Pick<Process, 'user' | 'host'>, accounts: readonly string[]): boolean {
  return accounts.some(account => isOf(one, account))
}
