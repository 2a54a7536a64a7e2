import { openSession, type Session } from '../client/session.ts'
import { newConsoleId, whoAmI } from './person.ts'

export type Role = 'helm' | 'watch'

/** This process as a console of a run, with whoever sits here. */
export function consoleSession(directory: string, wants: Role): Session {
  const me = { ...whoAmI(), console: newConsoleId() }
  return openSession({ directory, me, wants, now: () => new Date() })
}
