import { setTimeout as sleep } from 'node:timers/promises'
import { sentence, type Result } from '../../state/fault.ts'
import { launchAs } from '../launch.ts'
import { ownEnvironment } from '../own-environment.ts'

const againMs = 1_000

/** A watchdog beside whoever leads a drill: there once this is, and another where that one has ended. Gives how to stop that. */
export async function keepWatchdog(directory: string): Promise<Result<() => void>> {
  const stopping = new AbortController()
  const first = await launchAs('watchdog', directory, watchdogEnvironment())
  if (!first.ok) return first
  void keep(directory, first.value.ended, stopping.signal)
  return { ok: true, value: () => stopping.abort() }
}

async function keep(directory: string, first: Promise<void>, signal: AbortSignal): Promise<void> {
  await first
  while (!signal.aborted) {
    const launched = await launchAs('watchdog', directory, watchdogEnvironment())
    if (launched.ok) await launched.value.ended
    else process.stderr.write(`${sentence(launched.fault)}\n`)
    await sleep(againMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** For tests: points at which the watchdog ends are its own, else it would end where the director did. */
function watchdogEnvironment(): typeof ownEnvironment {
  const { ASTERN_CRASH_AT: _, ASTERN_CRASH_WATCHDOG_AT: at, ...rest } = ownEnvironment
  return at === undefined ? rest : { ...rest, ASTERN_CRASH_AT: at }
}
