import type { Fault } from '../../../../state/fault.ts'
import type { ProgramCommand } from '../../../../state/program-command.ts'
import { isAsBefore, isDone, standingWords, type Standing } from '../../../../state/program-verdict.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import type { Permit, RunContext } from '../../../permit.ts'
import type { ProgramEnd } from '../../../programs/port.ts'
import { markOf } from '../../names.ts'
import type { MysqlConfig } from '../config.ts'
import { rowsMark, standingNow, untilQuiet } from '../program.ts'
import type { Session } from '../session.ts'
import { ensureMarks, markBegun, markDone, unmark } from './marks.ts'

/**
 * One migration by its own program, judged by what the database looks like afterwards and not by its exit code alone. How schema
 * and rows stood is marked before it: after a crash nobody runs it again before that was compared.
 */
export async function runProgram(
  config: MysqlConfig,
  session: Session,
  command: ProgramCommand,
  permit: Permit,
  context: RunContext,
  evidence: Evidence,
): Promise<Outcome> {
  const { programs } = config
  if (programs === undefined) throw new Error('whoever acts can run programs')
  await ensureMarks(session)
  const left = await programs.ended(command, context)
  if (!left.ok) return { ok: false, fault: left.fault, observed: null }
  await untilQuiet(session.rows, config)
  const before = await standingNow(session.rows, config)
  if (!isDone(command, before.applied)) {
    await mark(config, session, command, context, before)
    const end = await programs.run(command, permit, context, evidence)
    if (end.kind !== 'ended') {
      if (end.kind === 'not begun') await forget(session, command, context)
      return { ok: false, fault: end.fault, observed: null, ...(end.kind === 'unknown' ? { unknown: true } : {}) }
    }
    await untilQuiet(session.rows, config)
    const after = await standingNow(session.rows, config)
    evidence(standingWords(command, after, before))
    if (end.code !== 0 || !isDone(command, after.applied)) {
      if (isAsBefore(after, before)) await forget(session, command, context)
      return { ok: false, fault: failed(command, end, after, before), observed: { exit: end.code } }
    }
    await settle(config, session, command, context)
    return {
      ok: true,
      observed: { exit: 0 },
      says: `its program ended with 0; ${standingWords(command, after, before)}`,
    }
  }
  await settle(config, session, command, context)
  return { ok: true, observed: { exit: null }, says: standingWords(command, before, null) }
}

/** What an earlier try had marked is no longer what it is compared with: a person had it run again. */
async function mark(
  { now }: MysqlConfig,
  session: Session,
  command: ProgramCommand,
  context: RunContext,
  { schema, rows }: Standing,
): Promise<void> {
  await forget(session, command, context)
  const at = now().toISOString()
  await markBegun(session, context, rowsMark(markOf(command)), rows, at)
  await markBegun(session, context, markOf(command), schema, at)
}

async function forget(session: Session, command: ProgramCommand, context: RunContext): Promise<void> {
  await unmark(session, context, markOf(command))
  await unmark(session, context, rowsMark(markOf(command)))
}

async function settle(
  { now }: MysqlConfig,
  session: Session,
  command: ProgramCommand,
  context: RunContext,
): Promise<void> {
  await markDone(session, context, markOf(command), now().toISOString())
}

function failed(
  command: ProgramCommand,
  { code, last }: Extract<ProgramEnd, { kind: 'ended' }>,
  after: Standing,
  before: Standing,
): Fault {
  const { argv, migration } = command
  const stands = standingWords(command, after, before)
  const ended = code === null ? 'was ended by a signal' : `ended with ${code}`
  const elsewhere = code === 0 && isAsBefore(after, before)
  return {
    code: code === 0 ? 'program.not-done' : 'program.failed',
    what: `${argv.join(' ')} ${ended}, and ${stands}`,
    means: elsewhere
      ? 'It may have been at another database than this one, or had nothing to do. Nothing was changed here.'
      : isAsBefore(after, before)
        ? 'It changed nothing in this database. The writers are still kept out.'
        : 'It may have done a part of its work. Every table was kept whole before it, and the writers are still kept out.',
    next: elsewhere
      ? 'Look where its environment (migrations.command.env) leads; then retry.'
      : `Read its output in the evidence. Finish ${migration} by hand and retry, which sees that; or put right what is half done and retry, which runs it again.`,
    ...(last === '' ? {} : { detail: last }),
  }
}
