import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { replays } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { hasSchema } from '../../restore/sides.ts'
import { hasTable } from '../../seen.ts'
import { Refused } from '../../trouble.ts'
import { besideOf, cleared, isBesideOf } from '../flashback/beside.ts'
import { ensureMarks, markDone } from '../marks.ts'
import type { Work } from './work.ts'

/** A step that was refused on its way, or whose engine was lost, leaves these; the next attempt would have made them anew. */
export async function tidy(
  work: Work,
  command: Extract<RestoreCommand, { kind: 'database.tidy' }>,
): Promise<string | Fault> {
  const { config, session, context } = work
  await ensureMarks(session)
  const gone: string[] = []
  for (const run of command.runs) {
    const its = { ...work, context: { ...context, run } }
    const beside = besideOf(its, [])
    if ((await isBesideOf(its)) && (await hasSchema(session.rows, beside.schema))) {
      try {
        await cleared(its, beside)
      } catch (error) {
        if (error instanceof Refused) return notDropped(config.name, beside.schema, error)
        throw error
      }
      gone.push(beside.schema)
    }
    if (!(await hasTable(session.rows, config, replays))) continue
    const rows = await session.run(`DELETE FROM ${quoteName(replays)} WHERE run = ?`, run)
    if (rows > 0) gone.push(`how far ${run} had replayed the binlog`)
  }
  await markDone(session, context, restoreMark(command), config.now().toISOString())
  return gone.length === 0 ? 'nothing was left beside it' : `${gone.join(' and ')}: dropped`
}

function notDropped(name: string, schema: string, { errno, message }: Refused): Fault {
  return {
    code: 'database.not-tidied',
    what: `The schema ${schema} beside database ${name} could not be dropped (${errno}: ${message})`,
    means: 'It holds copies of rows out of the binlog, and nobody reads it any more. Nothing else depends on it.',
    next: `Drop it once nobody is at it: DROP DATABASE ${quoteName(schema)}`,
  }
}
