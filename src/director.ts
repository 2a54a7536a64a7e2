import { keepWatchdog } from './cli/drill/guard.ts'
import { leadDrill } from './cli/drill/lead.ts'
import { takeRunLock } from './runners/lock/run-lock.ts'
import { sayReady } from './runners/ready.ts'
import { leaderGone } from './state/drill/play/take-over.ts'
import type { Fault } from './state/fault.ts'

/** Leads one drill: one process in a session of its own. Its only argument is the directory of the drill's run. */
async function main(directory: string): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => undefined)
  const lock = await takeRunLock(directory)
  if (!lock.ok) return notReady(lock.fault)
  // Nothing is put anywhere that nobody would take back.
  const watchdog = await keepWatchdog(directory)
  if (!watchdog.ok) return notReady(watchdog.fault)
  const [onLead, letGo] = [() => sayReady(null), watchdog.value]
  const fault = await leadDrill(directory, lock.value, { why: leaderGone, begins: true, onLead, letGo })
  letGo()
  if (fault !== null) notReady(fault)
}

function notReady(fault: Fault): void {
  sayReady(fault)
  process.exitCode = 1
}

await main(process.argv[2] ?? '')
