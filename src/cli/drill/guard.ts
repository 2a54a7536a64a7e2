import { setTimeout as sleep } from 'node:timers/promises'
import { sentence } from '../../state/fault.ts'
import { launchAs } from '../launch.ts'
import { ownEnvironment } from '../own-environment.ts'

const againMs = 1_000

/** Keeps a watchdog beside whoever leads a drill: started, and another where that one has ended. Returns how to stop that. */
export function keepWatchdog(directory: string): () => void {
  const stopping = new AbortController()
  const keep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const launched = await launchAs('watchdog', directory, watchdogEnvironment())
      if (launched.ok) await launched.value.ended
      else process.stderr.write(`${sentence(launched.fault)}\n`)
      await sleep(againMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }
  void keep()
  return () => stopping.abort()
}

/** For tests: points at which the watchdog ends are its own, else it would end where the director did. */
function watchdogEnvironment(): typeof ownEnvironment {
  const { ASTERN_CRASH_AT: _, ASTERN_CRASH_WATCHDOG_AT: at, ...rest } = ownEnvironment
  return at === undefined ? rest : { ...rest, ASTERN_CRASH_AT: at }
}
