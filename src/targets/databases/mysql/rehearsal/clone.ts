import type { Fault } from '../../../../state/fault.ts'
import type { RehearsalCommand } from '../../../../state/rehearsal-command.ts'
import { ownTables } from '../../../../state/migrations/tables.ts'
import { diffSchemas, schemaLines } from '../../../../state/schema/diff.ts'
import { fingerprintOf } from '../../fingerprint.ts'
import { freeBytes } from '../backups.ts'
import { quoteName } from '../names.ts'
import { parentsFirst, tiesOf } from '../restore/closure.ts'
import { within } from '../restore/sides.ts'
import { schemaNow } from '../seen.ts'
import type { Session } from '../session.ts'
import { longSession, lookSession } from '../sessions.ts'
import { clonesIn } from './clones.ts'
import { cloneLock, cloneTable } from './names.ts'
import { nowhere, roomOf, roomSession } from './room.ts'
import { copyRows, whileCopying, writeSettings, type Copied } from './rows.ts'
import { awakened, makePrograms, makeTables, structureOf, type Structure } from './structure.ts'
import { whileQuiet } from './load.ts'
import type { Rehearsing } from './rehearsing.ts'

type Clone = Extract<RehearsalCommand, { kind: 'database.clone' }>

export type Cloned = {
  /** Held open: with it ends the lock that says somebody is at work in the clone. */
  readonly keeper: Session
  readonly events: readonly string[]
  readonly observed: {
    readonly fingerprint: string
    readonly rows: number
    readonly of: number
    readonly whole: boolean
    readonly seconds: number
    readonly place: string
  }
}

/** Today's structure, rows, and programs, by reading what serves; then compared with it. */
export async function makeClone(work: Rehearsing, command: Clone): Promise<Cloned | Fault> {
  const { config, room, schema, evidence } = work
  const began = performance.now()
  const keeper = roomSession(roomOf(config, room, nowhere), writeSettings)
  const look = lookSession(config, config.database.account)
  try {
    await dropLeftovers(work, keeper)
    const structure = await structureOf(look.rows, config.database.database)
    const lack = await begin(work, keeper, look)
    if (lack !== null) return await given(keeper, lack)
    await makeTables(keeper, structure)
    const copied = await copyAll(work, command, keeper, structure)
    if ('code' in copied) return await given(keeper, copied)
    const refused = await makePrograms(keeper, structure, evidence)
    for (const { one, error } of refused) evidence(`${one.kind} ${one.name}: ${error.errno} ${error.message}`)
    const [today, there] = [
      await schemaNow(look.rows, config),
      awakened(await schemaNow(keeper.rows, roomOf(config, room, schema)), structure.events),
    ]
    if (fingerprintOf(today) !== fingerprintOf(there)) {
      const differences = schemaLines(diffSchemas(there, today))
      const why =
        refused[0] === undefined
          ? differences.join('; ')
          : `${refused[0].one.kind} ${refused[0].one.name}: ${refused[0].error.errno}: ${refused[0].error.message}`
      return await given(keeper, noLikeness(config.name, differences, why))
    }
    const observed = {
      fingerprint: fingerprintOf(today),
      ...sumOf(copied),
      seconds: Math.round((performance.now() - began) / 100) / 10,
      place: schema,
    }
    return { keeper, events: structure.events, observed }
  } catch (error) {
    await keeper.close()
    throw error
  } finally {
    await look.close()
  }
}

async function given(keeper: Session, fault: Fault): Promise<Fault> {
  await keeper.close()
  return fault
}

/** Nobody holds the lock of one that was left behind. */
async function dropLeftovers({ config, context, evidence }: Rehearsing, { rows, run }: Session): Promise<void> {
  for (const { name, inUse, since, by } of await clonesIn(rows, {
    environment: context.environment,
    database: config.name,
  })) {
    if (inUse) continue
    evidence(
      `${name} was left behind by ${by === null ? 'a rehearsal' : `rehearsal ${by}`}${since === null ? '' : ` of ${since}`}, and is dropped`,
    )
    await run(`DROP DATABASE ${quoteName(name)}`)
  }
}

/** Its lock first: so nobody ever sees a clone that nobody seems to be at. */
async function begin(
  { config, room, schema, context }: Rehearsing,
  keeper: Session,
  look: Session,
): Promise<Fault | null> {
  await keeper.rows('SELECT GET_LOCK(?, 3)', cloneLock(schema))
  const [like = {}] = await look.rows(
    'SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = ?',
    config.database.database,
  )
  const [charset = '', collation = ''] = Object.values(like).map(String)
  await keeper.run(`CREATE DATABASE ${quoteName(schema)} CHARACTER SET ${charset} COLLATE ${collation}`)
  await keeper.run(
    `CREATE TABLE ${within(schema, cloneTable)} (environment VARCHAR(190) NOT NULL, db VARCHAR(190) NOT NULL, run VARCHAR(64) NOT NULL, at VARCHAR(30) NOT NULL)`,
  )
  await keeper.run(
    `INSERT INTO ${within(schema, cloneTable)} VALUES (?, ?, ?, ?)`,
    context.environment,
    config.name,
    context.run,
    config.now().toISOString(),
  )
  await keeper.run(`USE ${quoteName(schema)}`)
  const [size] = await look.rows(
    'SELECT SUM(data_length + index_length) AS bytes, MAX(data_length + index_length) AS largest FROM information_schema.tables WHERE table_schema = ?',
    config.database.database,
  )
  const needed = room.rows === 'all' ? Number(size?.['bytes'] ?? 0) + Number(size?.['largest'] ?? 0) : 0
  const free = await freeBytes(keeper.rows, roomOf(config, room, schema))
  return free !== null && free < needed * 1.2 ? noSpace(config.name, needed, free) : null
}

/** Children before the rows they refer to, so that nothing that comes meanwhile is left without what it refers to. */
async function copyAll(
  work: Rehearsing,
  command: Clone,
  to: Session,
  structure: Structure,
): Promise<readonly Copied[] | Fault> {
  const { config, schema, evidence, signal } = work
  const { migrations, database } = config.database
  const kept = migrations === null ? [] : ownTables(migrations.tool, migrations.table)
  const reader = longSession(config)
  try {
    return await reader.whole(async from => {
      const names = structure.tables.filter(({ text }) => !/^CREATE SEQUENCE/i.test(text)).map(({ name }) => name)
      const order = [...parentsFirst(names, await tiesOf(from.rows, database))].reverse()
      const copying = {
        from: from.rows,
        live: config,
        to,
        clone: schema,
        rows: command.rows,
        mayGoOn: whileQuiet(config, from.rows, evidence, signal),
      }
      return whileCopying(from.rows, async () => {
        const all: Copied[] = []
        for (const table of order) {
          const copied = await copyRows(copying, table, kept.includes(table))
          if (copied === null) return ended(config.name, signal.aborted)
          evidence(`${table}: ${copied.rows} rows${copied.whole ? '' : ` of about ${copied.of}`}`)
          all.push(copied)
        }
        return all
      })
    })
  } finally {
    await reader.close()
  }
}

function sumOf(copied: readonly Copied[]) {
  const sum = (of: 'rows' | 'of'): number => copied.reduce((total, one) => total + one[of], 0)
  return { rows: sum('rows'), of: sum('of'), whole: copied.every(({ whole }) => whole) }
}

function noSpace(name: string, needed: number, free: number): Fault {
  return {
    code: 'rehearsal.no-space',
    what: `A clone of ${name} needs about ${Math.ceil((needed * 1.2) / 1e6)} MB, and its server has ${Math.floor(free / 1e6)} free`,
    means: 'Nothing was copied.',
    next: `Make room there, or rehearse with fewer rows: databases.${name}.rehearsal.rows.`,
  }
}

function noLikeness(name: string, differences: readonly string[], why: string): Fault {
  return {
    code: 'rehearsal.other-schema',
    what: `The clone of ${name} did not come out like it: ${differences.slice(0, 5).join('; ') || 'its schema changed meanwhile'}`,
    means: 'What is tried there would say nothing of what serves. Only the clone was written to.',
    next: 'Rehearse on a server of the same kind and version, where its account may make what is named; with a binlog triggers and functions also want log_bin_trust_function_creators there.',
    detail: why,
  }
}

function ended(name: string, told: boolean): Fault {
  return {
    code: told ? 'rehearsal.ended' : 'rehearsal.busy',
    what: told
      ? `The rehearsal of ${name} was ended`
      : `The server of ${name} has had no load to spare for five minutes`,
    means: 'It was only read. What had been copied is dropped.',
    next: 'Rehearse in a quieter hour: astern rehearse.',
  }
}
