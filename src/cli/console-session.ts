import { openSession, type Session } from '../client/session.ts'
import { sayWhereItIs } from './console-file.ts'
import { newConsoleId, whoAmI } from './person.ts'

export type Role = 'helm' | 'watch'

/** This process as a console of a run, with whoever sits here. */
export function consoleSession(directory: string, wants: Role): Session {
  const me = { ...whoAmI(), console: newConsoleId() }
  const session = openSession({ directory, me, wants, now: () => new Date() })
  const leave = sayWhereItIs(directory, wants)
  return {
    ...session,
    close: () => {
      leave()
      session.close()
    },
  }
}
