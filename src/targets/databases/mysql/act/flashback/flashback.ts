import type { Fault } from '../../../../../state/fault.ts'
import { flashbackMark, type FlashbackCommand } from '../../../../../state/flashback-command.ts'
import { few } from '../../../../../state/planner/few.ts'
import { applying } from '../../binlog/apply.ts'
import { binlogStatement } from '../../binlog/bytes.ts'
import { BinlogUnread } from '../../binlog/unread.ts'
import { tagOf, waitOut } from '../../tag.ts'
import { Refused } from '../../trouble.ts'
import { ensureMarks, markDone } from '../marks.ts'
import { patiently } from '../patiently.ts'
import { ensureConflicts } from '../put-back.ts'
import { inTransaction } from '../transaction.ts'
import type { Told, Work } from '../restore/work.ts'
import { cleared, laidBeside, type Beside } from './beside.ts'
import { amissAfter, conflictsIn, someConflicts } from './compare.ts'
import { statementsOf, type Statement } from './rows.ts'

/**
 * Rows are taken back only where each stands as the stretch left it, all of them or none, in one transaction with their marker. Whether
 * they do is looked at beside, while everything serves, and once more in that transaction; so is what came of it.
 */
export async function flashback(work: Work, command: FlashbackCommand): Promise<Told | Fault> {
  const { config, session, context, evidence } = work
  await ensureMarks(session)
  await ensureConflicts(session)
  const mark = flashbackMark(command)
  await waitOut(session.rows, context, mark)
  const { tables } = command
  try {
    const statements = await statementsOf(config, command)
    const beside = await laidBeside(work, tables, statements)
    if (command.kind === 'database.flashback') {
      const amiss = await patiently(evidence, () =>
        inTransaction(session, () => takeBack(work, command, beside, statements)),
      )
      if (amiss === 0) {
        await cleared(work, beside)
        const says = `${command.rows} changes ${command.direction === 'back' ? 'taken back' : 'written again'}, committed with their marker`
        return { says, observed: { changes: command.rows } }
      }
    } else if ((await inTransaction(session, () => conflictsIn(work, beside, tables))) === 0) {
      await inTransaction(session, () => markDone(session, context, mark, config.now().toISOString()))
      await cleared(work, beside)
      return { says: 'each row stands as it was written', observed: { changes: command.rows } }
    }
    const named = await someConflicts(work)
    for (const one of named) evidence(`conflict: ${one}`)
    await cleared(work, beside)
    return inTheWay(config.name, command, named)
  } catch (error) {
    if (error instanceof BinlogUnread) return unread(config.name, error.message)
    throw error
  }
}

/** How many conflicts kept it from being done; none: it is done. */
async function takeBack(
  work: Work,
  command: FlashbackCommand,
  beside: Beside,
  statements: readonly Statement[],
): Promise<number> {
  const { config, session, context } = work
  const found = await conflictsIn(work, beside, command.tables)
  if (found > 0) return found
  const mark = flashbackMark(command)
  const tag = tagOf(context, mark)
  let last: Buffer | null = null
  for (const { events, description } of statements) {
    if (last !== description) await session.run(binlogStatement([description]))
    last = description
    for (const sql of applying(events, config.database.database, description)) await session.run(`${tag} ${sql}`)
  }
  const amiss = await amissAfter(work, beside, command.tables)
  if (amiss > 0)
    throw new Refused(0, `${amiss} rows are not what they ought to be afterwards: all of it was taken back`)
  await markDone(session, context, mark, config.now().toISOString())
  return 0
}

function inTheWay(name: string, { direction }: FlashbackCommand, conflicts: readonly string[]): Fault {
  return {
    code: 'database.flashback-conflicts',
    what: `Rows of database ${name} do not stand as they were written: ${few(conflicts)}`,
    means: `Somebody wrote to them since, or refers to them. Nothing was ${direction === 'back' ? 'taken back' : 'written again'}; all of them are kept in _astern_conflicts, with both sides.`,
    next: 'Plan again with an end that is earlier or later, with other tables, or repair these rows by hand and retry.',
  }
}

function unread(name: string, why: string): Fault {
  return {
    code: 'database.binlog-unread',
    what: `The binlog of database ${name} cannot be used: ${why}`,
    means: 'Nothing was changed.',
    next: 'Set right what is named, then retry; or plan again.',
  }
}
