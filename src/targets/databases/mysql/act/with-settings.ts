import type { Settings } from '../restore/definitions.ts'
import type { Session } from '../session.ts'

/** What is made then reads its text as it was read when it was made. Characters are sent as UTF-8, whatever they were sent as then. */
export async function withSettings<T>(
  { run }: Session,
  { mode, collation, zone }: Settings,
  work: () => Promise<T>,
): Promise<T> {
  try {
    if (mode !== undefined) await run('SET SESSION sql_mode = ?', mode)
    if (collation?.startsWith('utf8') === true) await run('SET SESSION collation_connection = ?', collation)
    if (zone !== undefined) await run('SET SESSION time_zone = ?', zone)
    return await work()
  } finally {
    for (const set of ['SET SESSION sql_mode = DEFAULT', 'SET NAMES utf8mb4', 'SET SESSION time_zone = DEFAULT'])
      await run(set).catch(() => undefined)
  }
}
