import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { sides as sidesTable } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { findSides } from '../../restore/sides.ts'
import { inTransaction } from '../transaction.ts'
import { ensureMarks, markDone } from '../marks.ts'
import { unchecked } from './claim.ts'
import type { Work } from './work.ts'

/** Only what the run's own record names. The record goes last, with the marker. */
export async function clear(
  { config, session, context }: Work,
  command: Extract<RestoreCommand, { kind: 'database.clear' }>,
): Promise<string | Fault> {
  const run = command.of ?? context.run
  const sides = await findSides(session.rows, config, run)
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
