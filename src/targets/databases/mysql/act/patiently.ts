import type { Evidence } from '../../../outcome.ts'
import { blockersOf } from '../blockers.ts'
import type { Session } from '../session.ts'
import { Refused } from '../trouble.ts'

const lockWait = 1205
const tries = 3

/**
 * Others' locks are waited for three times, ten seconds each, with their holders named. `work` has done nothing when it is refused one:
 * a single statement, or a transaction that was taken back.
 */
export async function patiently<T>(session: Session, evidence: Evidence, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refused) || error.errno !== lockWait) throw error
      const holders = await blockersOf(session.rows)
      const named = holders.length === 0 ? 'nobody this account may see' : holders.join('; ')
      evidence(`waited for a lock (${attempt} of ${tries}); with transactions open: ${named}`)
      if (attempt === tries) throw new Refused(lockWait, `with transactions open: ${named}`)
    }
  }
}
