import type { Blocked } from '../../../../state/blocked.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { fences } from '../../names.ts'
import type { MysqlConfig } from '../config.ts'
import { quoteName } from '../names.ts'
import { others, seesOthers, strangers, type Fence } from '../fenced.ts'
import { isLocked, quoteAccount, sideDoors } from '../accounts.ts'
import { asBlocked } from '../blockers.ts'
import { sessionWords, type Process } from '../processes.ts'
import { hasTable } from '../seen.ts'
import type { Session } from '../session.ts'
import { noSuchThread, Refused } from '../trouble.ts'
import { wrongServer } from './wrong-server.ts'

const quietMs = 10_000

/** Strangers are looked for before anybody is locked out: a fence that cannot be closed is not begun. */
export async function fence(
  config: MysqlConfig,
  session: Session,
  command: Fence,
  context: RunContext,
  evidence: Evidence,
): Promise<Fault | null> {
  const wrong = await wrongServer(config, session)
  if (wrong !== null) return wrong
  await seesOthers(session.rows)
  const undeclared = await strangers(session.rows, config, command)
  if (undeclared.length > 0) return strange(config.name, undeclared, await asBlocked(session.rows, config, undeclared))
  const were = new Map<string, boolean>()
  for (const account of command.writers) {
    const was = await isLocked(session.rows, account)
    if (was === null) return noAccount(config.name, account)
    were.set(account, was)
  }
  const besides = await sideDoors(session.rows, command)
  if (besides.length > 0) return sideDoor(config.name, besides)
  await ensureFences(session)
  for (const [account, was] of were) await lock(session, account, was, context, evidence)
  const left = await endSessions(session, config, command, evidence)
  return left.length === 0 ? null : notQuiet(config.name, left)
}

/** Those that the fence of this run had locked; who was locked before stays so. */
export async function unfence(
  config: MysqlConfig,
  session: Session,
  { run }: RunContext,
  evidence: Evidence,
): Promise<void> {
  if (!(await hasTable(session.rows, config, fences))) return
  const rows = await session.rows(`SELECT account, was FROM ${quoteName(fences)} WHERE run = ?`, run)
  for (const { account, was } of rows) {
    const is = Number(was) === 0 ? await unlock(session, String(account)) : 'was locked before, and stays so'
    await session.run(`DELETE FROM ${quoteName(fences)} WHERE run = ? AND account = ?`, run, String(account))
    evidence(`${String(account)} ${is}`)
  }
}

/** One that is there no more keeps no other out. */
async function unlock(session: Session, account: string): Promise<string> {
  if ((await isLocked(session.rows, account)) === null) return 'is there no more'
  await session.run(`ALTER USER ${quoteAccount(account)} ACCOUNT UNLOCK`)
  return 'unlocked'
}

async function ensureFences({ run }: Session): Promise<void> {
  await run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(fences)} (run VARCHAR(64) NOT NULL, account VARCHAR(255) NOT NULL, was TINYINT NOT NULL, PRIMARY KEY (run, account)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
}

/** What it was is written down first: after a crash nobody is unlocked who had been locked before. */
async function lock(
  session: Session,
  account: string,
  was: boolean,
  { run }: RunContext,
  evidence: Evidence,
): Promise<void> {
  await session.run(
    `INSERT IGNORE INTO ${quoteName(fences)} (run, account, was) VALUES (?, ?, ?)`,
    run,
    account,
    was ? 1 : 0,
  )
  await session.run(`ALTER USER ${quoteAccount(account)} ACCOUNT LOCK`)
  evidence(`${account} locked`)
}

async function endSessions(
  session: Session,
  config: MysqlConfig,
  command: Fence,
  evidence: Evidence,
): Promise<readonly Process[]> {
  const until = config.now().getTime() + quietMs
  const asked = new Set<number>()
  for (;;) {
    const left = await others(session.rows, config, command)
    if (left.length === 0 || config.now().getTime() > until) return left
    for (const one of left.filter(({ id }) => !asked.has(id))) {
      asked.add(one.id)
      evidence(`ends ${sessionWords(one)}`)
      await session.run(`KILL CONNECTION ${one.id}`).catch((error: unknown) => {
        if (!(error instanceof Refused) || error.errno !== noSuchThread) throw error
      })
    }
    await pause(200)
  }
}

function strange(name: string, undeclared: readonly Process[], blocked: Blocked): Fault {
  return {
    code: 'database.stranger',
    what: `Others are at database ${name} that nobody declared: ${undeclared.map(sessionWords).join('; ')}`,
    means: 'What they read or write would change under them. Nobody was locked out, and nothing was begun.',
    next: 'End them and retry; or declare their account under writers (locked out) or readers (may stay) for the next plan.',
    blocked,
  }
}

function noAccount(name: string, account: string): Fault {
  return {
    code: 'database.no-account',
    what: `The server of database ${name} has no account ${account}, which is declared as a writer`,
    means: 'Nobody was locked out, and nothing was begun.',
    next: 'Write the account as the server has it (SELECT user, host FROM mysql.user) under writers, then plan again.',
  }
}

function sideDoor(name: string, accounts: readonly string[]): Fault {
  return {
    code: 'database.side-door',
    what: `Writers of database ${name} would come in again by ${accounts.join(', ')}, which nobody declared`,
    means: 'To lock the declared accounts does not lock these. Nobody was locked out, and nothing was begun.',
    next: 'Lock them by hand (ALTER USER ... ACCOUNT LOCK) and retry; or declare them under writers and plan again.',
  }
}

function notQuiet(name: string, left: readonly Process[]): Fault {
  return {
    code: 'database.not-quiet',
    what: `Sessions of database ${name} do not end: ${left.map(sessionWords).join('; ')}`,
    means:
      'The writers are locked out, and these are still at work: an ended statement may be taking its changes back.',
    next: 'Wait until they are gone, then retry.',
  }
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, ms)
  return promise
}
