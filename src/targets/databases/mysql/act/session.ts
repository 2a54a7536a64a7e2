import type { MysqlConfig } from '../config.ts'
import { openSession, type LastingSession } from '../session.ts'
import { Refused } from '../trouble.ts'

/** Waits for locks no longer than people do, and holds the one name that keeps a second Astern out (GET_LOCK). */
export function actSession(config: MysqlConfig): LastingSession {
  return openSession(config, config.database.account, async ask => {
    const { lockWaitSeconds: wait = 10 } = config
    await ask(
      `SET SESSION lock_wait_timeout = ${wait}, innodb_lock_wait_timeout = ${wait}, wait_timeout = 604800, autocommit = 1`,
    )
    // Our own session of before, when its statement is over, needs a moment to end.
    const [row] = await ask(
      'SELECT GET_LOCK(?, 3) AS got, IS_USED_LOCK(?) AS holder',
      lockName(config),
      lockName(config),
    )
    if (Number(row?.['got']) !== 1) throw new LockHeld(Number(row?.['holder'] ?? 0))
  })
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
