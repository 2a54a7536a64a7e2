import type { Fault } from '../../../../../state/fault.ts'
import { few } from '../../../../../state/planner/few.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { sides as sidesTable } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { findSides, tablesOf } from '../../restore/sides.ts'
import { inTransaction } from '../transaction.ts'
import { ensureMarks, markDone } from '../marks.ts'
import { unchecked } from './claim.ts'
import type { Work } from './work.ts'

/**
 * Only what the run's own record names, which goes last, with the marker. While it keeps the former tables, a run has not been
 * taken back, and `of` has to name it.
 */
export async function clear(
  { config, session, context }: Work,
  command: Extract<RestoreCommand, { kind: 'database.clear' }>,
): Promise<string | Fault> {
  const run = command.of ?? context.run
  const sides = await findSides(session.rows, config, run)
  const former = sides === null || command.of !== undefined ? [] : await tablesOf(session.rows, sides.old)
  if (sides !== null && former.length > 0) return formerTables(config.name, sides.old, former)
  await ensureMarks(session)
  const dropped = sides === null ? [] : [sides.side, sides.old]
  await unchecked(session, async () => {
    for (const schema of dropped) await session.run(`DROP DATABASE IF EXISTS ${quoteName(schema)}`)
  })
  await inTransaction(session, async () => {
    if (sides !== null) await session.run(`DELETE FROM ${quoteName(sidesTable)} WHERE run = ?`, run)
    await markDone(session, context, restoreMark(command), config.now().toISOString())
  })
  return dropped.length === 0 ? 'nothing is kept beside it' : `${dropped.join(' and ')} dropped`
}

function formerTables(name: string, old: string, tables: readonly string[]): Fault {
  return {
    code: 'database.former-tables',
    what: `${old} holds the former tables of database ${name}: ${few(tables)}`,
    means: 'They are today’s only copy of what was there before the restore. Nothing was dropped.',
    next: 'Put them back first: retry the step before this one.',
  }
}
