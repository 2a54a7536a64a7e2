import type { Fault } from '../../../../state/fault.ts'
import type { MysqlRehearsal } from '../../../../state/manifest.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { hasSchema } from '../restore/sides.ts'
import { openSession, type Session } from '../session.ts'
import { lookSession } from '../sessions.ts'
import { writesBesides } from './grants.ts'
import { cloneGrant } from './names.ts'

/** The rehearsal's server, and a schema of it. Nobody writes there, nobody follows it, and its account is another. */
export function roomOf(
  { name, resolve, now, database, ...rest }: MysqlConfig,
  room: MysqlRehearsal,
  schema: string,
): MysqlConfig {
  const { migrations, invariants } = database
  const { server, account } = room
  return {
    ...rest,
    name: `${name} (its clone)`,
    resolve,
    now,
    database: { kind: 'mysql', server, account, database: schema, writers: [], readers: [], migrations, invariants },
  }
}

/** Before there is a clone: every account may be there. */
export const nowhere = 'information_schema'

/** Waits for nobody's locks for long, and ends with its rehearsal. */
export function roomSession(config: MysqlConfig, prepare: readonly string[] = []): Session {
  return openSession(config, config.database.account, async ask => {
    await ask('SET SESSION lock_wait_timeout = 10, wait_timeout = 604800, autocommit = 1')
    for (const sql of prepare) await ask(sql)
  })
}

/** Why nothing may be rehearsed there. Null: it may, and the schema that serves is out of the account's reach. */
export async function refusedRoom(config: MysqlConfig, room: MysqlRehearsal): Promise<Fault | null> {
  const { database } = config.database
  const live = lookSession(config, config.database.account)
  const there = roomSession(roomOf(config, room, nowhere))
  try {
    const isSame = (await identityOf(live.rows)) === (await identityOf(there.rows))
    if (isSame && room.sameServer !== true) return theVeryServer(config.name)
    if (!isSame) return (await hasSchema(there.rows, database)) ? hasIt(config.name, database) : null
    const lines = (await there.rows('SHOW GRANTS')).map(row => String(Object.values(row)[0]))
    const besides = writesBesides(lines, database)
    return besides.length === 0 ? null : mayTooMuch(config.name, room.account.user, besides)
  } finally {
    await Promise.all([live.close(), there.close()])
  }
}

/** What no two servers have alike, as the server itself knows it: a name of it may lead anywhere. */
async function identityOf(query: Query): Promise<string> {
  const [row] = await query('SELECT @@hostname, @@port, @@datadir, @@socket, @@pid_file, VERSION()')
  return JSON.stringify(Object.values(row ?? {}))
}

function theVeryServer(name: string): Fault {
  return {
    code: 'rehearsal.same-server',
    what: `What astern.yaml names for rehearsals of ${name} is the very server that serves`,
    means: 'A clone would take of its load and its disk, which an incident needs. Nothing was done.',
    next: `Name another server under databases.${name}.rehearsal.mysql; or write same_server: true there, where it is meant.`,
  }
}

function hasIt(name: string, schema: string): Fault {
  return {
    code: 'rehearsal.namesake',
    what: `The server for rehearsals of ${name} has a schema ${schema} too`,
    means: 'A statement that names its schema would change that one. Nothing was done.',
    next: 'Rename it there, or name a server that has none.',
  }
}

function mayTooMuch(name: string, user: string, besides: readonly string[]): Fault {
  return {
    code: 'rehearsal.rights',
    what: `The account ${user} that rehearses ${name} may do more than write to clones, on the server that serves: ${besides.join('; ')}`,
    means: 'What is rehearsed could reach what serves. Nothing was done.',
    next: `Make an account that has this alone: ${cloneGrant} it. Or rehearse on another server.`,
  }
}
