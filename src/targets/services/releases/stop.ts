import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../../state/fault.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { waiterOf } from './holder.ts'
import type { Place } from './layout.ts'
import { isSame, runningAt, type Running } from './processes.ts'

const lookMs = 50
/** After SIGKILL the kernel takes its time with a process in a system call. */
const killedMs = 10_000

/** SIGTERM, the grace it was given, then SIGKILL, which is said. Done when nobody holds the service's run lock, or waits for it. */
export async function stopService(place: Place, graceMs: number, evidence: Evidence): Promise<Outcome> {
  const running = await runningAt(place)
  if (running === null) return { ok: true, observed: { pid: null, killed: false }, says: 'it did not run' }
  const { pid } = running
  evidence(`SIGTERM to process ${pid}`)
  if (!(await signal(place, running, 'SIGTERM'))) return { ok: false, fault: notOurs(place, pid), observed: { pid } }
  if (await isFree(place, graceMs))
    return { ok: true, observed: { pid, killed: false }, says: `process ${pid} ended after SIGTERM` }
  evidence(`still there after ${graceMs} ms: SIGKILL`)
  if (await killHolders(place))
    return {
      ok: true,
      observed: { pid, killed: true },
      says: `process ${pid} was still there ${graceMs / 1000} s after SIGTERM: SIGKILL was needed`,
    }
  return { ok: false, fault: hangs(place, pid), observed: { pid, killed: true } }
}

/** Whoever holds the lock: what the service left behind too. */
async function killHolders(place: Place): Promise<boolean> {
  const until = performance.now() + killedMs
  for (;;) {
    const holder = await runningAt(place)
    if (holder === null && (await waiterOf(place.runLock)) === null) return true
    if (performance.now() >= until) return false
    if (holder !== null) await signal(place, holder, 'SIGKILL')
    await sleep(lookMs)
  }
}

async function isFree(place: Place, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  for (;;) {
    if ((await runningAt(place)) === null && (await waiterOf(place.runLock)) === null) return true
    if (performance.now() >= until) return false
    await sleep(lookMs)
  }
}

/** Only ever the process that holds the run lock now: a number that passed on to another is not signalled. False: may not. */
async function signal(place: Place, running: Running, name: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
  if (!isSame(running, await runningAt(place))) return true
  try {
    process.kill(running.pid, name)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM')
  }
}

function notOurs(place: Place, pid: number): Fault {
  return {
    code: 'service.not-ours',
    what: `${place.name} cannot be stopped: process ${pid} belongs to another account`,
    means: 'It runs on, untouched.',
    next: 'Stop it as that account, or run Astern as it; then retry.',
  }
}

function hangs(place: Place, pid: number): Fault {
  return {
    code: 'service.will-not-stop',
    what: `${place.name}'s run lock is still held or waited for ${killedMs / 1000} s after SIGKILL (it was process ${pid})`,
    means:
      'It hangs in the kernel, or something it started lives on under another account, or another one is about to start.',
    next: `Look for it with: fuser -v ${place.runLock}. Then retry, skip with a reason, or undo.`,
  }
}
