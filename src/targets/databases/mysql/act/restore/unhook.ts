import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { definitions } from '../../../names.ts'
import { findMark } from '../../marks.ts'
import { quoteName } from '../../names.ts'
import { definitionsOf, keptDefinitions } from '../../restore/definitions.ts'
import { findSides, swappedTables, within } from '../../restore/sides.ts'
import { tagOf } from '../../tag.ts'
import { ensureMarks, markDone } from '../marks.ts'
import { patiently } from '../patiently.ts'
import { inTransaction } from '../transaction.ts'
import { ensureTables } from './claim.ts'
import { keepGrants } from './grants.ts'
import { nothingBeside } from './nothing-beside.ts'
import type { Work } from './work.ts'

/**
 * A table with a trigger cannot leave its schema, an event would write while rows are counted, and a trigger would do a second
 * time what the rows that return had done by it. The text of all is kept before the first of them goes.
 */
export async function unhook(
  work: Work,
  command: Extract<RestoreCommand, { kind: 'database.unhook' }>,
): Promise<string | Fault> {
  const { config, session, context } = work
  const { database } = config.database
  const sides = await findSides(session.rows, config, context.run)
  const swapped = sides === null ? [] : await swappedTables(session.rows, context.run)
  if (sides === null || swapped.length === 0) return nothingBeside(config.name)
  const tables = swapped.map(({ table }) => table)
  await ensureMarks(session)
  await ensureTables(session)
  await keep(work, sides.side, command.after)
  const dropped = await dropTriggers(work, database, tables)
  await dropTriggers(work, sides.side, tables)
  const asleep = await sleepEvents(work)
  await inTransaction(session, () => markDone(session, context, restoreMark(command), config.now().toISOString()))
  return `${dropped} triggers taken off ${tables.length} tables, ${asleep} events asleep`
}

const keptMark = 'definitions kept'

/** `after`: a restore that is taken back; what it found is what is wanted. */
async function keep(work: Work, side: string, after?: string): Promise<void> {
  const { config, session, context } = work
  if ((await findMark(session.rows, config, context, keptMark))?.done === true) return
  const today = await definitionsOf(session.rows, config.database.database)
  const beside = await definitionsOf(session.rows, side)
  const backup = after === undefined ? beside : await keptDefinitions(session.rows, after, 'today')
  await inTransaction(session, async () => {
    await session.run(`DELETE FROM ${quoteName(definitions)} WHERE run = ?`, context.run)
    for (const [from, all] of [
      ['today', today],
      ['backup', backup],
    ] as const)
      for (const { kind, name, table, place, text, settings } of all)
        await session.run(
          `INSERT INTO ${quoteName(definitions)} (run, side, kind, name, tbl, place, text, settings) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          context.run,
          from,
          kind,
          name,
          table,
          place,
          text,
          JSON.stringify(settings),
        )
    await keepGrants(work, after)
    await markDone(session, context, keptMark, config.now().toISOString())
  })
}

export async function dropTriggers(
  { session, context, evidence }: Work,
  schema: string,
  tables: readonly string[],
): Promise<number> {
  const rows = await session.rows(
    'SELECT trigger_name AS name, event_object_table AS tbl FROM information_schema.triggers WHERE trigger_schema = ? ORDER BY trigger_name',
    schema,
  )
  const own = rows.filter(({ tbl }) => tables.includes(String(tbl)))
  for (const { name, tbl } of own) {
    evidence(`trigger ${String(name)} of ${schema}.${String(tbl)} taken off`)
    const sql = `DROP TRIGGER IF EXISTS ${within(schema, String(name))}`
    await patiently(evidence, () => session.run(`${tagOf(context, 'unhook')} ${sql}`))
  }
  return own.length
}

async function sleepEvents({ config, session, evidence }: Work): Promise<number> {
  const rows = await session.rows(
    "SELECT event_name AS name FROM information_schema.events WHERE event_schema = ? AND status = 'ENABLED' ORDER BY event_name",
    config.database.database,
  )
  for (const { name } of rows) {
    evidence(`event ${String(name)} asleep`)
    await session.run(`ALTER EVENT ${within(config.database.database, String(name))} DISABLE`)
  }
  return rows.length
}
