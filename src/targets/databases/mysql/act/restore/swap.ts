import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { marks } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import {
  findSides,
  hasSchema,
  sequencesOf,
  swappedTables,
  tablesOf,
  within,
  type Sides,
  type Swapped,
} from '../../restore/sides.ts'
import { tagOf, waitOut } from '../../tag.ts'
import { markDone } from '../marks.ts'
import { patiently } from '../patiently.ts'
import { inTransaction } from '../transaction.ts'
import { nothingBeside } from './nothing-beside.ts'
import { dropTriggers } from './unhook.ts'
import type { Work } from './work.ts'

type Swap = Extract<RestoreCommand, { kind: 'database.swap' }>

/**
 * All tables change places in one statement, so that nobody ever meets half of them, and every foreign key leads to where
 * its like leads. What is left to rename is told by where the tables are: after a crash it is all of it, or nothing.
 */
export async function swap(work: Work, command: Swap): Promise<string | Fault> {
  const { config, session, context, evidence } = work
  const sides = await findSides(session.rows, config, context.run)
  const swapped = sides === null ? [] : await swappedTables(session.rows, context.run)
  if (sides === null || swapped.length === 0) return nothingBeside(config.name)
  const { direction } = command
  const mark = restoreMark(command)
  await waitOut(session.rows, context, mark)
  await ensureOld(work, sides)
  if (direction === 'out')
    await dropTriggers(
      work,
      config.database.database,
      swapped.map(({ table }) => table),
    )
  const renames = await renamesLeft(work, sides, swapped, direction)
  if (renames.length > 0) {
    for (const rename of renames) evidence(rename)
    await patiently(evidence, () => session.run(`${tagOf(context, mark)} RENAME TABLE ${renames.join(', ')}`))
  }
  if (direction === 'in') await countOn(work, sides, swapped)
  await inTransaction(session, async () => {
    for (const gone of direction === 'in' ? ['swap out'] : ['swap in', 'hook as %', 'unhook', 'capture%', 'salvage'])
      await session.run(`DELETE FROM ${quoteName(marks)} WHERE run = ? AND mark LIKE ?`, context.run, gone)
    await markDone(session, context, mark, config.now().toISOString())
  })
  return direction === 'in'
    ? `${swapped.length} tables changed places; today’s are kept in ${sides.old}`
    : `${swapped.length} tables are back in their place`
}

async function ensureOld({ config, session }: Work, { old }: Sides): Promise<void> {
  if (await hasSchema(session.rows, old)) return
  const [like = {}] = await session.rows(
    'SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = ?',
    config.database.database,
  )
  const [charset, collation] = Object.values(like).map(String)
  await session.run(
    `CREATE DATABASE IF NOT EXISTS ${quoteName(old)} CHARACTER SET ${charset ?? ''} COLLATE ${collation ?? ''}`,
  )
}

async function renamesLeft(
  { config, session }: Work,
  { side, old }: Sides,
  swapped: readonly Swapped[],
  direction: Swap['direction'],
): Promise<readonly string[]> {
  const { database } = config.database
  const [inSide, inOld] = [await tablesOf(session.rows, side), await tablesOf(session.rows, old)]
  const move = (table: string, from: string, to: string): string => `${within(from, table)} TO ${within(to, table)}`
  const leaving =
    direction === 'in'
      ? swapped
          .filter(({ table, today }) => today && !inOld.includes(table))
          .map(({ table }) => move(table, database, old))
      : swapped
          .filter(({ table, backup }) => backup && !inSide.includes(table))
          .map(({ table }) => move(table, database, side))
  const coming =
    direction === 'in'
      ? swapped.filter(({ table }) => inSide.includes(table)).map(({ table }) => move(table, side, database))
      : swapped.filter(({ table }) => inOld.includes(table)).map(({ table }) => move(table, old, database))
  return [...leaving, ...coming]
}

/** A number that was given away since the backup is not given away again, by a table or by a sequence. */
async function countOn(
  { config, session, evidence }: Work,
  { old }: Sides,
  swapped: readonly Swapped[],
): Promise<void> {
  const sequences = await sequencesOf(session.rows, config.database.database)
  for (const { table, today, backup } of swapped) {
    if (!today || !backup) continue
    if (sequences.includes(table)) {
      await stepOn(session, within(old, table), table)
      continue
    }
    const [before, now] = [await nextOf(session, old, table), await nextOf(session, config.database.database, table)]
    if (before === null || now === null || before <= now) continue
    await patiently(evidence, () => session.run(`ALTER TABLE ${quoteName(table)} AUTO_INCREMENT = ${before}`))
  }
}

/** The server takes a sequence forward only, whichever way it counts. */
async function stepOn({ rows }: Work['session'], old: string, sequence: string): Promise<void> {
  const [row] = await rows(`SELECT next_not_cached_value AS next FROM ${old}`)
  await rows(`SELECT SETVAL(${quoteName(sequence)}, ${BigInt(String(row?.['next']))}, 0)`)
}

async function nextOf({ rows }: Work['session'], schema: string, table: string): Promise<bigint | null> {
  const [shown = {}] = await rows(`SHOW CREATE TABLE ${within(schema, table)}`)
  const found = / AUTO_INCREMENT=(\d+)/.exec(String(Object.values(shown)[1]).replace(/^[\s\S]*\n\)/, ')'))
  return found?.[1] === undefined ? null : BigInt(found[1])
}
