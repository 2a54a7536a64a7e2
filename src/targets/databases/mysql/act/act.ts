import { describe } from '../../../../state/command.ts'
import type { DatabaseCommand } from '../../../../state/command.ts'
import type { ProgramCommand } from '../../../../state/program-command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import type { DatabaseAct } from '../../port.ts'
import { oneLine } from '../../../../state/text.ts'
import { archive } from './archive.ts'
import type { MysqlConfig } from '../config.ts'
import { markOf } from '../../names.ts'
import { databaseFault } from '../faults.ts'
import { findMark } from '../marks.ts'
import { flashback } from './flashback/flashback.ts'
import { fence, unfence } from './fence.ts'
import { processes, sessionWords } from '../processes.ts'
import { endSessions } from './end.ts'
import { openHand } from '../hand.ts'
import { heeding } from './heeding.ts'
import { markSchema } from './mark.ts'
import { runProgram } from './program.ts'
import { putBack } from './put-back.ts'
import { compare, seal } from './seal.ts'
import type { Session } from '../session.ts'
import { actSession, LockHeld } from './session.ts'
import { runStatement } from './statement.ts'
import { tooBusy, TooBusy } from '../sums/load.ts'
import { sumUp } from './sum.ts'
import { restore } from './restore/restore.ts'
import type { Told } from './restore/work.ts'
import { isFlashback } from '../../../../state/flashback-command.ts'
import { isRestore } from '../../../../state/restore-command.ts'
import { untilTheyFollow } from '../replicas/pause.ts'
import { triggersBack } from './without-triggers.ts'
import { mysqlTry } from '../try.ts'
import { LinkLost, Refused } from '../trouble.ts'

export function mysqlAct(given: MysqlConfig): DatabaseAct {
  const hand = openHand()
  const config = { ...given, doing: hand.now }
  const tries = mysqlTry(config, config.database.account, hand)
  const session = actSession(config)
  return {
    ...tries,
    apply: async (command, permit, context, evidence) => {
      permit.spend(command)
      try {
        if (command.kind === 'database.end') return settled(await endSessions(config, command, evidence))
        const is = { what: whatOf(command), of: describe(command) }
        const late = opens.has(command.kind)
          ? null
          : await hand.during(is, say => untilTheyFollow({ ...config, say }, evidence))
        if (late !== null) return { ok: false, fault: late, observed: null }
        return await session.whole(one =>
          hand.during(is, async say => {
            // Replicas may have been waited for, and the session be another than the one before.
            const lost = await permit.stillOurs()
            if (lost !== null) return { ok: false, fault: lost, observed: null }
            const own = { ...config, say }
            if (command.kind === 'database.mark')
              return settled(await markSchema(own, one, command, permit.who, context))
            if (command.kind === 'database.program') return runProgram(own, one, command, permit, context, evidence)
            return settled(
              await heeding(own, tries.sessions, one, evidence, () => carryOut(own, one, command, context, evidence)),
            )
          }),
        )
      } catch (error) {
        return failed(config, tries.sessions, command, error)
      }
    },
    close: async () => {
      await Promise.all([tries.close(), session.close()])
    },
  }
}

/** A statement is told as it is written: it is what the operator has read in the plan. */
function whatOf(command: DatabaseCommand): string {
  return command.kind === 'database.statement' ? oneLine(command.sql, 60) : describe(command)
}

function settled(done: string | Told | Fault): Outcome {
  if (typeof done === 'string') return { ok: true, observed: null, says: done }
  return 'says' in done ? { ok: true, ...done } : { ok: false, fault: done, observed: null }
}

/** These let nobody wait for replicas. */
const opens: ReadonlySet<DatabaseCommand['kind']> = new Set(['database.fence', 'database.unfence'])

/**
 * What to say of it, or why it could not be. Whoever looked may have looked while the server was still committing; now that the lock
 * is held, the session of before is over, and its marker there or not.
 */
async function carryOut(
  config: MysqlConfig,
  session: Session,
  command: Exclude<DatabaseCommand, ProgramCommand | { readonly kind: 'database.end' | 'database.mark' }>,
  context: RunContext,
  evidence: Evidence,
): Promise<string | Told | Fault> {
  const before = isMarked(command) ? await findMark(session.rows, config, context, markOf(command)) : null
  if (before?.done === true) return `was done before, at ${before.at}`
  if (isRestore(command)) return restore(config, session, command, context, evidence)
  if (isFlashback(command)) return flashback({ config, session, context, evidence }, command)
  switch (command.kind) {
    case 'database.fence':
      return (await fence(config, session, command, context, evidence)) ?? 'nobody is at it but whoever was declared'
    case 'database.unfence':
      await triggersBack(config, session, context, evidence)
      await unfence(config, session, context, evidence)
      await config.programs?.clear(context, evidence)
      return 'the writers may come again'
    case 'database.sum':
      return sumUp(config, session, command, context, evidence)
    case 'database.archive':
      return `${await archive(config, session, command.table, context)} rows of ${command.table} kept`
    case 'database.statement':
      return runStatement(config, session, command, context, evidence)
    case 'database.seal':
      return seal(config, session, command.table, context)
    case 'database.compare':
      return compare(config, session, command, context)
    case 'database.put-back':
      return putBack(config, session, command, context)
    case 'database.copy':
      return noCopy(config.name)
  }
}

/** The fence looks anew each time. */
function isMarked({ kind }: DatabaseCommand): boolean {
  return kind !== 'database.fence' && kind !== 'database.unfence'
}

async function failed(
  config: MysqlConfig,
  look: Session['rows'],
  { kind }: DatabaseCommand,
  error: unknown,
): Promise<Outcome> {
  if (error instanceof TooBusy) return { ok: false, fault: tooBusy(config.name, error), observed: null }
  if (error instanceof LockHeld) return { ok: false, fault: await heldBy(config.name, look, error), observed: null }
  if (error instanceof LinkLost && error.begun)
    return { ok: false, unknown: true, fault: databaseFault(config.name, error, ''), observed: null }
  if (error instanceof LinkLost || error instanceof Refused)
    return {
      ok: false,
      fault: databaseFault(
        config.name,
        error,
        kind === 'database.statement'
          ? 'The statement changed nothing: the database is as before it.'
          : 'It was refused on the way: what was done of it until then is in the evidence, and a retry goes on from there.',
      ),
      observed: null,
    }
  throw error
}

async function heldBy(name: string, look: Session['rows'], { session }: LockHeld): Promise<Fault> {
  const holder = await processes(look)
    .then(all => all.find(({ id }) => id === session))
    .catch(() => undefined)
  return {
    code: 'database.held',
    what: `Another run of Astern is at work on database ${name}: ${holder === undefined ? `session ${session} of its server` : sessionWords(holder)}`,
    means: 'Two at once would undo each other. Nothing was done.',
    next: 'Find that run (astern runs, on its bastion) and let it end; its session gives the lock back when it does. Then retry.',
  }
}

function noCopy(name: string): Fault {
  return {
    code: 'database.no-copy',
    what: `Database ${name} is not copied whole: what a reversal takes away is archived table by table`,
    means: 'Nothing was done.',
    next: 'Skip this step with that reason.',
  }
}
