import type { Fault } from '../../../../../state/fault.ts'
import { definitions, grants, losses, replays, sides, swaps } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { processes, sessionWords } from '../../processes.ts'
import { findSides, hasSchema, sidesOf, type Sides } from '../../restore/sides.ts'
import type { Session } from '../../session.ts'
import { Refused } from '../../trouble.ts'
import { ensureMarks } from '../marks.ts'
import type { Work } from './work.ts'

/** The two schemas of this run, its own by name and by record. Whatever is there already and not recorded is somebody else's. */
export async function claim({ config, session, context }: Work): Promise<Sides | Fault> {
  await ensureTables(session)
  const known = await findSides(session.rows, config, context.run)
  if (known !== null) return known
  const wanted = sidesOf(context.run, config.database.database)
  for (const schema of [wanted.side, wanted.old])
    if (await hasSchema(session.rows, schema)) return taken(config.name, schema)
  await session.run(
    `INSERT INTO ${quoteName(sides)} (run, side, old, at) VALUES (?, ?, ?, ?)`,
    context.run,
    wanted.side,
    wanted.old,
    config.now().toISOString(),
  )
  return wanted
}

/** A clean side schema. */
export async function clean(work: Work, sides: Sides): Promise<void> {
  const { config, session, context } = work
  await session.run(`DELETE FROM ${quoteName(replays)} WHERE run = ?`, context.run)
  await drop(work, sides)
  const [like = {}] = await session.rows(
    'SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = ?',
    config.database.database,
  )
  const [charset, collation] = Object.values(like).map(String)
  await session.run(
    `CREATE DATABASE ${quoteName(sides.side)} CHARACTER SET ${charset ?? ''} COLLATE ${collation ?? ''}`,
  )
}

/** A loader that was cut off may be at work in it yet: its sessions end first. */
export async function drop({ session, evidence }: Work, { side }: Sides): Promise<void> {
  await endSessionsIn(session, side, evidence)
  await unchecked(session, () => session.run(`DROP DATABASE IF EXISTS ${quoteName(side)}`))
}

async function endSessionsIn(session: Session, schema: string, evidence: (line: string) => void): Promise<void> {
  for (;;) {
    const there = (await processes(session.rows)).filter(one => one.schema === schema)
    if (there.length === 0) return
    for (const one of there) {
      evidence(`ends ${sessionWords(one)}`)
      await session.run(`KILL CONNECTION ${one.id}`).catch((error: unknown) => {
        if (!(error instanceof Refused) || error.errno !== noSuchThread) throw error
      })
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, 100)
    await promise
  }
}

const noSuchThread = 1094

/** Foreign keys are not looked at while tables come and go. */
export async function unchecked<T>({ run }: Session, work: () => Promise<T>): Promise<T> {
  await run('SET SESSION foreign_key_checks = 0')
  return work().finally(() => run('SET SESSION foreign_key_checks = 1').catch(() => undefined))
}

/** Names without a schema mean this one, for as long as the work takes. */
export async function inSchema<T>({ config, session }: Work, schema: string, work: () => Promise<T>): Promise<T> {
  await session.run(`USE ${quoteName(schema)}`)
  return work().finally(() => session.run(`USE ${quoteName(config.database.database)}`).catch(() => undefined))
}

export async function ensureTables(session: Session): Promise<void> {
  await ensureMarks(session)
  const like = 'ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
  for (const [table, columns] of [
    [sides, 'side VARCHAR(64) NOT NULL, old VARCHAR(64) NOT NULL, at VARCHAR(30) NOT NULL, PRIMARY KEY (run)'],
    [
      replays,
      'file VARCHAR(255) NOT NULL, pos BIGINT NOT NULL, counts TEXT NOT NULL, at VARCHAR(30) NOT NULL, PRIMARY KEY (run)',
    ],
    [swaps, 'tbl VARCHAR(64) NOT NULL, today TINYINT NOT NULL, backup TINYINT NOT NULL, PRIMARY KEY (run, tbl)'],
    [
      definitions,
      'side VARCHAR(10) NOT NULL, kind VARCHAR(10) NOT NULL, name VARCHAR(64) NOT NULL, tbl VARCHAR(64), place INT NOT NULL, text LONGTEXT NOT NULL, settings TEXT NOT NULL, PRIMARY KEY (run, side, kind, name)',
    ],
    [
      grants,
      'kind VARCHAR(10) NOT NULL, name VARCHAR(64) NOT NULL, account VARCHAR(400) NOT NULL, rights VARCHAR(60) NOT NULL, handed TINYINT NOT NULL, PRIMARY KEY (run, kind, name, account)',
    ],
    [
      losses,
      'tbl VARCHAR(64) NOT NULL, inserted BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL, lacking TEXT NOT NULL, history BIGINT NOT NULL, PRIMARY KEY (run, tbl)',
    ],
  ] as const)
    await session.run(`CREATE TABLE IF NOT EXISTS ${quoteName(table)} (run VARCHAR(64) NOT NULL, ${columns}) ${like}`)
}

export function taken(name: string, schema: string): Fault {
  return {
    code: 'database.side-taken',
    what: `The server of database ${name} has a schema ${schema} already, and this run did not make it`,
    means: 'Nothing is put where somebody else’s may be. Nothing was done.',
    next: `Look what is in ${schema}; drop or rename it, then retry.`,
  }
}
