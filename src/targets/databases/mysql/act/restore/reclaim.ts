import type { Fault } from '../../../../../state/fault.ts'
import { few } from '../../../../../state/planner/few.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { sides as sidesTable } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { findSides, hasSchema, sidesOf, swappedTables, tablesOf } from '../../restore/sides.ts'
import { markDone } from '../marks.ts'
import { inTransaction } from '../transaction.ts'
import { choose, keepSwaps } from './choose.ts'
import { ensureTables, taken } from './claim.ts'
import type { Told, Work } from './work.ts'

/**
 * What a restore left behind takes the part of the backup: it is there already, and was never anything but the database itself. All
 * tables that changed places then change them again, with whatever foreign keys tie to them by now.
 */
export async function reclaim(
  work: Work,
  command: Extract<RestoreCommand, { kind: 'database.reclaim' }>,
): Promise<Told | Fault> {
  const { config, session, context } = work
  await ensureTables(session)
  const before = await findSides(session.rows, config, command.run)
  const then = before === null ? [] : await swappedTables(session.rows, command.run)
  const there = before === null ? [] : await tablesOf(session.rows, before.old)
  const gone = then.filter(({ table, today }) => today && !there.includes(table)).map(({ table }) => table)
  if (before === null || then.length === 0 || gone.length > 0) return nothingLeft(config.name, command.run, gone)
  const { old } = sidesOf(context.run, config.database.database)
  const mine = { side: before.old, old }
  if ((await findSides(session.rows, config, context.run)) === null && (await hasSchema(session.rows, old)))
    return taken(config.name, old)
  const seeds = then.map(({ table }) => table)
  const swapped = await choose(work, mine, seeds)
  if ('code' in swapped) return swapped
  await inTransaction(session, async () => {
    await session.run(`DELETE FROM ${quoteName(sidesTable)} WHERE run = ?`, context.run)
    await session.run(
      `INSERT INTO ${quoteName(sidesTable)} (run, side, old, at) VALUES (?, ?, ?, ?)`,
      context.run,
      mine.side,
      mine.old,
      config.now().toISOString(),
    )
    await keepSwaps(work, mine, swapped)
    await markDone(session, context, restoreMark(command), config.now().toISOString())
  })
  return { says: `${swapped.length} tables will change places again: ${few(swapped)}`, observed: { swapped } }
}

function nothingLeft(name: string, run: string, gone: readonly string[]): Fault {
  return {
    code: 'database.nothing-left',
    what:
      gone.length === 0
        ? `Nothing stands beside database ${name} that run ${run} left there`
        : `Of what run ${run} left beside database ${name}, these tables are gone: ${few(gone)}`,
    means: 'It cannot be taken back to what it was before that run. Nothing was done.',
    next: 'Restore a backup of that time with astern rollback --restore=BACKUP, or repair forward.',
  }
}
