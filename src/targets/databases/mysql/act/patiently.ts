import type { Evidence } from '../../../outcome.ts'
import { lockWait, Refused } from '../trouble.ts'

const tries = 3

/**
 * Others' locks are waited for three times, ten seconds each. `work` has done nothing when it is refused one: a single statement, or a
 * transaction that was taken back.
 */
export async function patiently<T>(evidence: Evidence, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refused) || error.errno !== lockWait) throw error
      evidence(`waited for a lock (${attempt} of ${tries})`)
      if (attempt === tries) throw error
    }
  }
}
