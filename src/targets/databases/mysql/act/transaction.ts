import type { Session } from '../session.ts'
import { LinkLost, Refused } from '../trouble.ts'

const deadlock = 1213

/** All of it or nothing. A deadlock took it back whole, so it is begun again, twice at most. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>, again = 2): Promise<T> {
  await session.run('START TRANSACTION')
  try {
    const done = await work()
    await session.run('COMMIT')
    return done
  } catch (error) {
    if (error instanceof LinkLost) throw error
    await session.run('ROLLBACK')
    if (error instanceof Refused && error.errno === deadlock && again > 0)
      return inTransaction(session, work, again - 1)
    throw error
  }
}
