import { setTimeout as pause } from 'node:timers/promises'
import type { Query } from '../../query.ts'
import { untilTheyFollow } from '../replicas/pause.ts'
import type { Evidence } from '../../../outcome.ts'
import type { MysqlConfig } from '../config.ts'

const [mostRunning, patienceMs, pollMs] = [25, 300_000, 1000]

/**
 * Whether what serves has load to spare, waited for: statements at work no more than 25 (as pt-table-checksum has it), and declared replicas
 * not far behind. False: it has been too busy for five minutes, or was told to end.
 */
export function whileQuiet(
  config: MysqlConfig,
  query: Query,
  evidence: Evidence,
  signal: AbortSignal,
): () => Promise<boolean> {
  return async () => {
    const began = performance.now()
    for (;;) {
      if (signal.aborted) return false
      const running = await runningNow(query)
      if (running <= mostRunning) break
      if (performance.now() - began > patienceMs) return false
      evidence(`waits: ${running} statements are at work on the server that serves`)
      await pause(pollMs, undefined, { signal }).catch(() => undefined)
    }
    return (await untilTheyFollow(config, evidence)) === null
  }
}

async function runningNow(query: Query): Promise<number> {
  const [row] = await query("SHOW GLOBAL STATUS LIKE 'Threads_running'")
  return Number(Object.values(row ?? {})[1] ?? 0)
}
