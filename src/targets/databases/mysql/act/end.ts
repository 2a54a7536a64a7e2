import { setTimeout as sleep } from 'node:timers/promises'
import { seenWords, type SeenSession } from '../../../../state/blocked.ts'
import type { DatabaseCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence } from '../../../outcome.ts'
import { isSame, seenNow } from '../blockers.ts'
import type { MysqlConfig } from '../config.ts'
import { openSession, type Session } from '../session.ts'
import { noSuchThread, Refused } from '../trouble.ts'

type End = Extract<DatabaseCommand, { kind: 'database.end' }>

const patienceMs = 30_000

/**
 * Ends those sessions, each only while it still is the one that was seen, and waits until they are gone: what they had changed is taken
 * back first. On a session of its own, since the one that works may be the very one that waits.
 */
export async function endSessions(config: MysqlConfig, { sessions }: End, evidence: Evidence): Promise<string | Fault> {
  const session = openSession(config, config.database.account, async () => undefined)
  try {
    const ended: SeenSession[] = []
    for (const seen of sessions) if (await endOne(config, session, seen, evidence)) ended.push(seen)
    const left = await untilGone(config, session, ended)
    if (left.length > 0) return notGone(config.name, left)
    const others = sessions.length - ended.length
    const besides =
      others === 0 ? '' : `; ${others} had gone, or gone on, by then and ${others === 1 ? 'was' : 'were'} left alone`
    return `ended ${ended.map(briefly).join(', ') || 'nobody'}${besides}`
  } finally {
    await session.close()
  }
}

/** Looked at again right before it: an id alone says nothing. */
async function endOne(config: MysqlConfig, session: Session, seen: SeenSession, evidence: Evidence): Promise<boolean> {
  const now = (await seenNow(session.rows, config)).find(one => isSame(seen, one))
  if (now === undefined) {
    evidence(`${briefly(seen)} is not there any more, or is at something else: left alone`)
    return false
  }
  if (now.stays !== undefined) {
    evidence(`${briefly(seen)} is ${now.stays}: left alone`)
    return false
  }
  evidence(`ends ${seenWords(now)}`)
  await session.run(`KILL CONNECTION ${now.id}`).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.errno !== noSuchThread) throw error
  })
  return true
}

async function untilGone(
  config: MysqlConfig,
  session: Session,
  ended: readonly SeenSession[],
): Promise<readonly SeenSession[]> {
  const until = performance.now() + patienceMs
  for (;;) {
    const now = await seenNow(session.rows, config)
    const left = ended.flatMap(seen => now.find(one => isSame(seen, one)) ?? [])
    if (left.length === 0 || performance.now() > until) return left
    await sleep(200)
  }
}

function briefly({ id, user, host }: SeenSession): string {
  return `session ${id} of ${user}@${host}`
}

function notGone(name: string, left: readonly SeenSession[]): Fault {
  return {
    code: 'database.not-ended',
    what: `Sessions of database ${name} were told to end and are still there: ${left.map(seenWords).join('; ')}`,
    means: 'The server is taking back what they had changed, which may take as long as it took to change it.',
    next: 'Wait until they are gone, then retry the step.',
  }
}
