import type { Evidence } from '../../../outcome.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { untilTheyFollow } from '../replicas/pause.ts'
import { loadGuard, TooBusy } from '../sums/load.ts'

/** Of a server that is busier as a rule nobody wants a rehearsal, unless they say so by `max_load`: this one can wait. */
const mostRunning = 25

/**
 * Whether what serves has load to spare, waited for: no more threads running than `max_load` allows, and declared replicas
 * not far behind. False: it has been too busy for five minutes, or was told to end.
 */
export function whileQuiet(
  config: MysqlConfig,
  query: Query,
  evidence: Evidence,
  signal: AbortSignal,
): () => Promise<boolean> {
  const mayGoOn = loadGuard(query, {
    most: config.database.maxLoad ?? mostRunning,
    signal,
    onPause: says => evidence(says === null ? 'goes on' : `the server that serves: ${says}`),
  })
  return async () => {
    try {
      if (!(await mayGoOn())) return false
    } catch (error) {
      if (error instanceof TooBusy) return false
      throw error
    }
    return (await untilTheyFollow(config, evidence)) === null
  }
}
