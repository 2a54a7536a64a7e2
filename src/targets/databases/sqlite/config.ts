import type { SqliteDatabase } from '../../../state/manifest.ts'
import { openSession, type Session } from './session.ts'

export type SqliteConfig = {
  readonly name: string
  readonly database: SqliteDatabase
  /** The file that runs as the child process. */
  readonly childEntry: string
  /** The run lock's descriptor, for children that change something; null for those that only look. */
  readonly lockFd: number | null
  readonly now: () => Date
}

const lookBusyMs = 2000
const actBusyMs = 5000

export function lookSession({ database, childEntry }: SqliteConfig): Session {
  return openSession({ entry: childEntry, lockFd: null, file: database.file, readOnly: true, busyMs: lookBusyMs })
}

export function actSession({ database, childEntry, lockFd }: SqliteConfig): Session {
  return openSession({ entry: childEntry, lockFd, file: database.file, readOnly: false, busyMs: actBusyMs })
}
