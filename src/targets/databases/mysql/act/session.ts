import type { MysqlConfig } from '../config.ts'
import { openSession, type LastingSession, type Session } from '../session.ts'
import { Refused } from '../trouble.ts'

/** Waits for locks no longer than people do, and holds the one name that keeps a second Astern out (GET_LOCK). */
export function actSession(config: MysqlConfig): LastingSession {
  return openSession(config, config.database.account, async ask => {
    const { lockWaitSeconds: wait = 10 } = config
    await ask(
      `SET SESSION lock_wait_timeout = ${wait}, innodb_lock_wait_timeout = ${wait}, wait_timeout = 604800, autocommit = 1`,
    )
    await locked(config, ask)
  })
}

/**
 * Our own session of before, when its statement is over, needs a moment to end; and one that was ended in the middle of many rows
 * takes them back first, which is no other run at work.
 */
async function locked(config: MysqlConfig, ask: Session['rows']): Promise<void> {
  const name = lockName(config)
  const patience = Math.min(3, config.lockWaitSeconds ?? 3)
  for (let unseen = 0; ; ) {
    const [row] = await ask('SELECT GET_LOCK(?, ?) AS got, IS_USED_LOCK(?) AS holder', name, patience, name)
    if (Number(row?.['got']) === 1) return
    const holder = Number(row?.['holder'] ?? 0)
    const [held] = await ask('SELECT COMMAND AS command FROM information_schema.PROCESSLIST WHERE ID = ?', holder)
    // Not seen: it has ended just now, or this account may not see it.
    if (held === undefined) unseen += 1
    if (unseen > 1 || (held !== undefined && held['command'] !== 'Killed')) throw new LockHeld(holder)
  }
}

export class LockHeld extends Refused {
  readonly session: number
  constructor(session: number) {
    super(0, `session ${session} holds it`)
    this.session = session
  }
}

/** At most 64 characters, which is what a server takes. */
export function lockName({ database }: MysqlConfig): string {
  return `astern.${database.database}`.slice(0, 64)
}
