import type { ServerFact } from '../../../state/facts.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { missingAmong, sideDoors } from './accounts.ts'
import { strangers } from './fenced.ts'
import { processes, sessionWords } from './processes.ts'
import { followers } from './replicas/followers.ts'
import { firstThat, replicationOf } from './replication.ts'
import { lacking, noEnding } from './rights.ts'
import { Refused } from './trouble.ts'

/** A transaction open for so long, or a statement at work for so long, holds up whoever wants to change the schema. */
const longSeconds = 30

/** Which server it is, and what it is in: so that nobody reverses another one, or one that others are at. */
export async function serverNow(query: Query, config: MysqlConfig): Promise<ServerFact> {
  const all = await processes(query)
  const { writers, readers, replicas: declaredReplicas = [] } = config.database
  const undeclared = await strangers(query, config, { kind: 'database.fence', database: config.name, writers, readers })
  const lacks = await lacking(query, config)
  const cannotEnd = await noEnding(query, config)
  const [doors, missing] = await accountsAmiss(query, config)
  const declared = undeclared.filter(one => !writers.some(account => account.startsWith(`${one.user}@`)))
  return {
    ...(await placeNow(query)),
    ...(await replicationOf(query)),
    ...(declaredReplicas.length === 0 ? {} : { following: await followers(config) }),
    replicas: all.filter(({ command }) => command.startsWith('Binlog Dump')).length,
    ...(lacks.length === 0 ? {} : { lacks }),
    ...(cannotEnd === null ? {} : { cannotEnd }),
    ...(doors.length === 0 ? {} : { sideDoors: doors }),
    ...(missing.length === 0 ? {} : { missingWriters: missing }),
    strangers: declared.map(sessionWords),
    long: await longOnes(query),
  }
}

/** The server that answers, and whether it takes writes. */
export async function placeNow(query: Query): Promise<Pick<ServerFact, 'version' | 'place' | 'id' | 'readOnly'>> {
  const [row = {}] = await query('SELECT VERSION(), @@hostname, @@port, @@server_id, @@read_only')
  const [version, hostname, port, id, readOnly] = Object.values(row)
  return {
    version: String(version),
    place: `${String(hostname)}:${String(port)}`,
    id: String(id),
    readOnly: readOnly !== '0' && Number(readOnly) !== 0 && readOnly !== 'OFF',
  }
}

/** What the fence would refuse, told before anything stops; an account that only looks may not be shown any of it. */
async function accountsAmiss(
  query: Query,
  { database: { writers, readers } }: MysqlConfig,
): Promise<readonly [readonly string[], readonly string[]]> {
  try {
    return [await sideDoors(query, { writers, readers }), await missingAmong(query, writers)]
  } catch (error) {
    if (error instanceof Refused) return [[], []]
    throw error
  }
}

async function longOnes(query: Query): Promise<readonly string[]> {
  const open = await firstThat(query, [
    `SELECT trx_mysql_thread_id AS id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds FROM information_schema.innodb_trx WHERE trx_started < NOW() - INTERVAL ${longSeconds} SECOND`,
  ])
  const all = await processes(query)
  return (open ?? []).flatMap(row => {
    const [id, seconds] = Object.values(row)
    const one = all.find(other => other.id === Number(id))
    return one === undefined ? [] : [`${sessionWords(one)}, its transaction open for ${String(seconds)} s`]
  })
}
