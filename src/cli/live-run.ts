import type { Lock } from '../state/facts.ts'
import { closeLooks, looksFor, type Environment } from './environment.ts'

/** The lock that the environment's targets tell of: one live run, whoever's home it is in. */
export async function liveRun(environment: Environment): Promise<Lock | null> {
  const looks = looksFor(environment)
  try {
    for (const host of Object.keys(environment.manifest.hosts).sort()) {
      const record = await looks.services.record(host)
      if (record.ok && record.value.lock !== null) return record.value.lock
    }
    return null
  } finally {
    await closeLooks(looks)
  }
}
