import type { Evidence, Outcome } from '../../outcome.ts'
import type { Place } from './layout.ts'
import { runningAt, type Running } from './processes.ts'

const lookMs = 50
/** After SIGKILL the kernel takes its time with a process in a system call. */
const killedMs = 10_000

/** SIGTERM, the grace it was given, then SIGKILL, which is said. Done when nobody holds the service's run lock. */
export async function stopService(place: Place, graceMs: number, evidence: Evidence): Promise<Outcome> {
  const running = await runningAt(place)
  if (running === null) return { ok: true, observed: null, says: 'it did not run' }
  evidence(`SIGTERM to process ${running.pid}`)
  await signal(place, running, 'SIGTERM')
  if (await gone(place, running, graceMs))
    return { ok: true, observed: { pid: running.pid }, says: `process ${running.pid} ended by itself` }
  evidence(`still there after ${graceMs} ms: SIGKILL`)
  await signal(place, running, 'SIGKILL')
  if (await gone(place, running, killedMs))
    return {
      ok: true,
      observed: { pid: running.pid, killed: true },
      says: `process ${running.pid} had to be killed after ${graceMs / 1000} s`,
    }
  const fault = {
    code: 'service.will-not-stop',
    what: `${place.name} (process ${running.pid}) is there even after SIGKILL`,
    means: 'It hangs in the kernel, or another account owns it.',
    next: 'Look at its state with ps, then retry, skip with a reason, or undo.',
  }
  return { ok: false, fault, observed: { pid: running.pid } }
}

/** Only ever the process that holds the run lock now: a number that passed on to another is not signalled. */
async function signal(place: Place, running: Running, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const now = await runningAt(place)
  if (now === null || now.pid !== running.pid || now.startedAt !== running.startedAt) return
  try {
    process.kill(running.pid, name)
  } catch {
    // It ended in between, or is not ours: what is seen afterwards decides.
  }
}

async function gone(place: Place, running: Running, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  for (;;) {
    const now = await runningAt(place)
    if (now === null || now.pid !== running.pid || now.startedAt !== running.startedAt) return true
    if (performance.now() >= until) return false
    await new Promise(resolve => setTimeout(resolve, lookMs))
  }
}
