import { randomUUID } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { drillIds } from '../state/drill/prefix.ts'
import type { Actor } from '../state/event.ts'

/** Who sits here, as far as this process can tell; the engine asks for proof before it believes it. */
export function whoAmI(): Actor {
  const { username, uid } = userInfo()
  const ssh = process.env['SSH_CONNECTION']?.split(' ')[0]
  return { name: username, uid, from: ssh === undefined ? hostname() : `${ssh} on ${hostname()}` }
}

export function newConsoleId(): string {
  return randomUUID().slice(0, 8)
}

/** Short enough to type, sorts by time, and two opened in one second differ: `1125-2341-7f3a`; `DRILL-` before it in a drill. */
export function newRunId(now: Date, isDrill = false): string {
  const digits = now.toISOString().replaceAll(/\D/g, '')
  return `${isDrill ? drillIds : ''}${digits.slice(4, 8)}-${digits.slice(8, 14)}-${randomUUID().slice(0, 4)}`
}
