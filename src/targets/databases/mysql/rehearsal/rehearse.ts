import type { Fault } from '../../../../state/fault.ts'
import type { Json } from '../../../../state/json.ts'
import type { RehearsalCommand } from '../../../../state/rehearsal-command.ts'
import type { StatementCommand } from '../../../../state/statement-command.ts'
import { namesSchema } from '../../../../state/sql/names-schema.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { actSession } from '../act/session.ts'
import { runStatement } from '../act/statement.ts'
import type { MysqlConfig } from '../config.ts'
import { databaseFault } from '../faults.ts'
import { fingerprintOf } from '../../fingerprint.ts'
import { quoteName } from '../names.ts'
import { schemaNow } from '../seen.ts'
import type { LastingSession } from '../session.ts'
import { lookSession } from '../sessions.ts'
import { LinkLost, Refused } from '../trouble.ts'
import { makeClone, type Cloned } from './clone.ts'
import { cloneName } from './names.ts'
import { nowhere, refusedRoom, roomOf, roomSession } from './room.ts'
import type { Rehearsing } from './rehearsing.ts'
import { awakened } from './structure.ts'

export type Rehearsals = {
  readonly attempt: (
    command: RehearsalCommand,
    context: RunContext,
    evidence: Evidence,
    signal: AbortSignal,
  ) => Promise<Outcome>
  readonly close: () => Promise<void>
}

/** A clone that stands, and the session its statements are sent on. */
type Standing = Cloned & { readonly session: LastingSession }

/**
 * The way back, tried on a clone. What serves is read, by sessions that can do nothing else; what is written to is named by
 * `cloneName` alone, with another account.
 */
export function mysqlRehearsals(config: MysqlConfig): Rehearsals {
  const standing = new Map<string, Standing>()
  const end = async (clone: string): Promise<void> => {
    const one = standing.get(clone)
    standing.delete(clone)
    await Promise.all([one?.session.close(), one?.keeper.close()])
  }
  return {
    attempt: async (command, context, evidence, signal) => {
      const { rehearsal: room } = config.database
      if (room === undefined) return failed(noRoom(config.name))
      const schema = cloneName(command.clone)
      const work: Rehearsing = { config, room, schema, context, evidence, signal }
      try {
        if (command.kind === 'database.unclone') {
          await end(command.clone)
          return done(await dropClone(work))
        }
        if (command.kind === 'database.clone') {
          const refused = await refusedRoom(config, room)
          const cloned = refused ?? (await makeClone(work, command))
          if ('code' in cloned) return failed(cloned)
          standing.set(command.clone, { ...cloned, session: actSession(roomOf(config, room, schema)) })
          const { rows, seconds } = cloned.observed
          return done(`${schema} stands, with ${rows} rows, after ${seconds} s`, cloned.observed)
        }
        const one = standing.get(command.clone)
        if (one === undefined) return failed(noClone(config.name))
        if (command.kind === 'database.reached')
          return done('its schema is read', { fingerprint: await schemaOf(work, one) })
        return await rehearse(work, one, command.statement)
      } catch (error) {
        if (!(error instanceof Refused || error instanceof LinkLost)) throw error
        return failed(databaseFault(roomOf(config, room, schema).name, error, 'What serves was not touched.'))
      }
    },
    close: async () => {
      await Promise.all([...standing.keys()].map(end))
    },
  }
}

/** By the same code as in earnest; the time is that of the statement with its markers. */
async function rehearse(work: Rehearsing, { session }: Standing, written: StatementCommand): Promise<Outcome> {
  const { config, room, schema, context, evidence } = work
  const { database } = config.database
  if (namesSchema(written.sql, database)) return failed(namesIt(database))
  const there = roomOf(config, room, schema)
  const began = performance.now()
  const says = await session.whole(one => runStatement(there, one, inClone(written), context, evidence))
  const ms = Math.round(performance.now() - began)
  return done(`${says}, in ${ms} ms`, { ms })
}

/** A tool's table in a schema of its own is not in the clone: what puts it right is left out. */
function inClone(command: StatementCommand): StatementCommand {
  return command.migrationsTable.includes('.') ? { ...command, book: [] } : command
}

async function schemaOf({ config, room, schema }: Rehearsing, { events }: Standing): Promise<string> {
  const there = roomOf(config, room, schema)
  const look = lookSession(there)
  return schemaNow(look.rows, there)
    .then(objects => fingerprintOf(awakened(objects, events)))
    .finally(look.close)
}

async function dropClone({ config, room, schema }: Rehearsing): Promise<string> {
  const session = roomSession(roomOf(config, room, nowhere), ['SET SESSION foreign_key_checks = 0'])
  await session.run(`DROP DATABASE IF EXISTS ${quoteName(schema)}`).finally(session.close)
  return `${schema} is dropped`
}

function done(says: string, observed: Json = null): Outcome {
  return { ok: true, observed, says }
}

function failed(fault: Fault): Outcome {
  return { ok: false, fault, observed: null }
}

export function noRoom(name: string): Fault {
  return {
    code: 'rehearsal.no-room',
    what: `astern.yaml does not say where database ${name} may be rehearsed`,
    means: 'Nothing was done.',
    next: `Name a server on which a clone may stand: databases.${name}.rehearsal (docs/astern.example.yaml).`,
  }
}

function noClone(name: string): Fault {
  return {
    code: 'rehearsal.no-clone',
    what: `No clone of ${name} stands`,
    means: 'Nothing was done.',
    next: 'Begin the rehearsal again: astern rehearse.',
  }
}

function namesIt(schema: string): Fault {
  return {
    code: 'rehearsal.names-schema',
    what: `The statement names schema ${schema} itself, and would leave the clone`,
    means: 'It was not sent. What comes after it stands on it.',
    next: `Leave the schema's name out of the script: its session is in the right one.`,
  }
}
