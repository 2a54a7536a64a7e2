import type { Blocked } from '../../../state/blocked.ts'
import { oneLine } from '../../../state/text.ts'

/** The server's own refusal. `errno` as MySQL and MariaDB number them. */
export class Refused extends Error {
  readonly errno: number
  constructor(errno: number, text: string) {
    super(oneLine(text))
    this.errno = errno
  }
}

/** It waited for others' locks until it gave up: nothing was done. */
export class HeldUp extends Refused {
  readonly blocked: Blocked
  constructor({ errno, message }: Refused, blocked: Blocked) {
    super(errno, message)
    this.blocked = blocked
  }
}

/** Nobody answered, or no connection came about. `begun`: a statement had been sent, and may be carried out yet. */
export class LinkLost extends Error {
  readonly begun: boolean
  constructor(begun: boolean, text: string) {
    super(oneLine(text))
    this.begun = begun
  }
}

/** ER_LOCK_WAIT_TIMEOUT. */
export const lockWait = 1205
/** ER_NO_SUCH_THREAD. */
export const noSuchThread = 1094

/** The driver's error, told apart: what came from the server has a number below 10,000 and a state of SQL. */
export function troubleOf(error: unknown, begun: boolean): Refused | LinkLost {
  if (error instanceof Refused || error instanceof LinkLost) return error
  const text = error instanceof Error ? error.message : String(error)
  const number = errnoOf(error)
  return number === null || lostNumbers.has(number) ? new LinkLost(begun, text) : new Refused(number, text)
}

/** ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED: said by the server, and the connection is gone all the same. */
const lostNumbers: ReadonlySet<number> = new Set([1053, 1927, 3169, 1152, 1158, 1159, 1160, 1161])

function errnoOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return null
  return 'sqlState' in error && error.errno > 0 ? error.errno : null
}
