import type { Blocked } from '../../state/blocked.ts'

/** Without a secret in what others run. */
export function maskBlocked(blocked: Blocked, mask: (text: string) => string): Blocked {
  const sessions = blocked.sessions.map(session =>
    session.statement === null ? session : { ...session, statement: mask(session.statement) },
  )
  return { ...blocked, sessions }
}
