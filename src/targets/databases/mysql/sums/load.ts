import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../../../state/fault.ts'
import type { Query } from '../../query.ts'

/** What pt-table-checksum allows, and how far above its normal load a server may be: a fifth. */
const floor = 25
const aboveNormal = 1.2

export type LoadOptions = {
  /** Threads that may run; left out: 25, or a fifth more than the least that were seen. */
  readonly most?: number
  /** Null: it goes on. */
  readonly onPause: (says: string | null) => void
  readonly signal?: AbortSignal
  readonly clock?: () => number
  readonly pause?: (ms: number) => Promise<unknown>
  /** How long it waits altogether, before it gives up: five minutes. */
  readonly patienceMs?: number
}

/** It waited for the server to be quieter, in vain. */
export class TooBusy extends Error {}

const everyMs = 1000

/**
 * Asked before each chunk: true once no more threads run than may. The server is asked once a second at the most; what counts is
 * `Threads_running`, which those who wait for locks or disks make grow long before the machine's load does. False: it was stopped.
 */
export function loadGuard(query: Query, options: LoadOptions): () => Promise<boolean> {
  const { most, onPause, signal, clock = () => performance.now(), pause = sleep, patienceMs = 300_000 } = options
  let [askedAt, least] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  return async () => {
    if (clock() - askedAt < everyMs) return true
    const began = clock()
    for (let paused = false; ; paused = true) {
      if (signal?.aborted === true) return false
      const running = await threadsRunning(query)
      askedAt = clock()
      least = Math.min(least, running)
      const allowed = most ?? Math.max(floor, Math.ceil(least * aboveNormal))
      if (running <= allowed) {
        if (paused) onPause(null)
        return true
      }
      const says = `waits: ${running} threads running, ${allowed} allowed`
      onPause(says)
      if (clock() - began > patienceMs) throw new TooBusy(says)
      await pause(everyMs)
    }
  }
}

export function tooBusy(name: string, { message }: TooBusy): Fault {
  return {
    code: 'database.load',
    what: `The server of database ${name} has been too busy for five minutes (${message})`,
    means: 'Nothing was written: rows were only summed up, which would make it busier.',
    next: 'Look at what it is at (SHOW PROCESSLIST) and retry once it is quieter; or skip with that reason, and nothing proves that the other tables are as they were.',
  }
}

async function threadsRunning(query: Query): Promise<number> {
  const [row] = await query("SHOW GLOBAL STATUS LIKE 'Threads_running'")
  return Number(Object.values(row ?? {})[1] ?? 0)
}
