import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { followJournal } from './client/follow.ts'
import { takeRunLock, type RunLock } from './runners/lock/run-lock.ts'
import { sayReady } from './runners/ready.ts'
import { leaderGone, whyTakenOver, type TakeOver } from './state/drill/play/take-over.ts'
import { fold, initialState } from './state/reduce.ts'
import type { RunState } from './state/run-state.ts'

const everyMs = 1_000
const hourMs = 3_600_000

/**
 * Waits beside whoever leads a drill, in a process of its own: once that one is gone it takes everything back. One that goes beyond
 * its time, or beyond its blast radius, it ends. Until then it only looks.
 */
async function main(directory: string): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => undefined)
  const watching = new AbortController()
  let state = initialState
  let why: TakeOver = leaderGone
  void followJournal(directory, {
    onLines: lines => {
      state = fold(state, lines)
    },
    onDamage: () => undefined,
    signal: watching.signal,
  })
  void watch(
    () => state,
    reason => {
      why = reason
    },
    watching.signal,
  )
  sayReady(null)
  const lock = await untilFree(directory)
  watching.abort()
  // What writes is loaded only now.
  const { leadDrill } = await import('./cli/drill/lead.ts')
  const fault = await leadDrill(directory, lock, { why, onLead: () => () => undefined })
  if (fault !== null) process.stderr.write(`${fault.what}. ${fault.means} ${fault.next}\n`)
  process.exitCode = fault === null ? 0 : 1
}

async function watch(state: () => RunState, onReason: (why: TakeOver) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const why = whyTakenOver(state(), [], new Date().toISOString())
    if (why !== null) {
      onReason(why)
      await endLeader(state())
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

/** The very process that leads this drill, and none that has its number by now. */
async function endLeader({ engine, run }: RunState): Promise<void> {
  if (engine === null || run === null || engine.pid === process.pid) return
  const command = await readFile(`/proc/${engine.pid}/cmdline`, 'utf8').catch(() => '')
  if (!command.includes(run.id)) return
  process.stderr.write(`ends process ${engine.pid}, which leads ${run.id}\n`)
  process.kill(engine.pid, 'SIGKILL')
}

/** The kernel gives it the moment that its holder is gone. */
async function untilFree(directory: string): Promise<RunLock> {
  for (;;) {
    const lock = await takeRunLock(directory, hourMs)
    if (lock.ok) return lock.value
  }
}

await main(process.argv[2] ?? '')
