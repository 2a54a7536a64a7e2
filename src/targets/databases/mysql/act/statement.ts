import type { StatementCommand } from '../../../../state/command.ts'
import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { markOf } from '../../names.ts'
import { bookkeep } from './bookkeeping.ts'
import type { MysqlConfig } from '../config.ts'
import { findMark } from '../marks.ts'
import { ensureMarks, markBegun, markDone, unmark } from './marks.ts'
import { online } from './online.ts'
import { fingerprintNow } from '../seen.ts'
import type { Session } from '../session.ts'
import { tagOf, waitOut } from '../tag.ts'
import { withSets } from './sets.ts'
import { patiently } from './patiently.ts'
import { inTransaction } from './transaction.ts'
import { Refused } from '../trouble.ts'

/** One statement of a script, and with its last one the tool's own table put right. Gives what to say of it. */
export async function runStatement(
  config: MysqlConfig,
  session: Session,
  command: StatementCommand,
  context: RunContext,
  evidence: Evidence,
): Promise<string> {
  await ensureMarks(session)
  return withSets(session, command.session ?? [], () =>
    sharesTransaction(command.sql)
      ? inOne(config, session, command, context, evidence)
      : byItself(config, session, command, context, evidence),
  )
}

/** Rows, and their marker, in one transaction: a crash leaves both or neither. */
async function inOne(
  config: MysqlConfig,
  session: Session,
  command: StatementCommand,
  context: RunContext,
  evidence: Evidence,
): Promise<string> {
  const mark = markOf(command)
  const work = async (): Promise<number> => {
    evidence(command.sql)
    const changed = await session.run(`${tagOf(context, mark)} ${command.sql}`)
    await bookkeep(session, command)
    await markDone(session, context, mark, config.now().toISOString())
    return changed
  }
  const rows = await patiently(evidence, () => inTransaction(session, work))
  evidence(`${rows} rows`)
  return `${rows} rows changed, committed with their marker`
}

/** What commits by itself: its beginning is marked with the schema it found, so that a crash inside can be told. */
async function byItself(
  config: MysqlConfig,
  session: Session,
  command: StatementCommand,
  context: RunContext,
  evidence: Evidence,
): Promise<string> {
  const mark = markOf(command)
  const done = await doneBefore(config, session, context, mark)
  const how = done ? 'was there already' : await carryOut(config, session, command, context, evidence)
  await inTransaction(session, async () => {
    await bookkeep(session, command)
    await markDone(session, context, mark, config.now().toISOString())
  })
  return `the schema is changed (${how})`
}

async function doneBefore(config: MysqlConfig, session: Session, context: RunContext, mark: string): Promise<boolean> {
  const found = await findMark(session.rows, config, context, mark)
  if (found === null) {
    await markBegun(session, context, mark, await fingerprintNow(session.rows, config), config.now().toISOString())
    return false
  }
  await waitOut(session.rows, context, mark)
  return (await fingerprintNow(session.rows, config)) !== found.before
}

async function carryOut(
  config: MysqlConfig,
  session: Session,
  command: StatementCommand,
  context: RunContext,
  evidence: Evidence,
): Promise<string> {
  const mark = markOf(command)
  const before = (await findMark(session.rows, config, context, mark))?.before
  try {
    return await online(session, command.sql, tagOf(context, mark), evidence)
  } catch (error) {
    // A refused statement leaves the schema as it was, or (several tables in one) half of it: then its marker stays.
    if (error instanceof Refused && (await fingerprintNow(session.rows, config)) === before)
      await unmark(session, context, mark)
    throw error
  }
}

/** Statements on rows, and what may do them; all others commit by themselves (https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/). */
export function sharesTransaction(sql: string): boolean {
  const bare = sql
    .replace(/^(?:\s+|--[^\n]*\n|#[^\n]*\n|\/\*(?![!M])[\s\S]*?\*\/)+/, '')
    .replace(/^SET\s+STATEMENT\b[\s\S]*?\bFOR\s+/i, '')
  return /^(?:\(|INSERT|UPDATE|DELETE|REPLACE|SELECT|WITH|DO|SET|VALUES|CALL|LOAD)\b/i.test(bare)
}
