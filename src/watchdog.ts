import { readFile } from 'node:fs/promises'
import { faultMeans } from './cli/environment.ts'
import { guardOutput } from './cli/guard-output.ts'
import { readOpening } from './cli/opening.ts'
import { ownEnvironment, withholdSecrets } from './cli/own-environment.ts'
import { followJournal } from './client/follow.ts'
import { takeRunLock, type RunLock } from './runners/lock/run-lock.ts'
import { sayReady } from './runners/ready.ts'
import { openSecrets } from './runners/secrets.ts'
import { every } from './runners/watching/watch.ts'
import { leaderGone, whyTakenOver, type TakeOver } from './state/drill/play/take-over.ts'
import { sentence } from './state/fault.ts'
import { fold, initialState } from './state/reduce.ts'
import type { RunState } from './state/run-state.ts'
import { openFaultLook } from './targets/faults/look.ts'
import type { FaultLook, FaultSeen } from './targets/faults/port.ts'

const everyMs = 1_000
const seenEveryMs = 5_000
const hourMs = 3_600_000

/**
 * Waits beside whoever leads a drill, in a process of its own: once that one is gone it takes everything back. One that goes beyond
 * its time, or beyond its blast radius, it ends. Until then it only looks.
 */
async function main(directory: string): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => undefined)
  const { manifest } = (await readOpening(directory)).event
  const secrets = openSecrets(ownEnvironment)
  guardOutput(secrets.mask)
  withholdSecrets(manifest)
  const faults = openFaultLook(manifest, faultMeans(secrets))
  const watching = new AbortController()
  const why = watch(directory, faults, watching.signal)
  sayReady(null)
  const lock = await untilFree(directory)
  watching.abort()
  await faults.close()
  // What writes is loaded only now.
  const { leadDrill } = await import('./cli/drill/lead.ts')
  const fault = await leadDrill(directory, lock, {
    why: why(),
    begins: false,
    onLead: () => undefined,
    letGo: () => undefined,
  })
  if (fault !== null) process.stderr.write(`${sentence(fault)}\n`)
  process.exitCode = fault === null ? 0 : 1
}

/** Looks on until it is aborted. Says why the drill is to be taken over. */
function watch(directory: string, faults: FaultLook, signal: AbortSignal): () => TakeOver {
  let state = initialState
  let why = leaderGone
  let seen: readonly FaultSeen[] = []
  void followJournal(directory, {
    onLines: lines => {
      state = fold(state, lines)
    },
    onDamage: () => undefined,
    signal,
  })
  // A look that throws is told in its log, and ends nothing: it is there for what comes after.
  void every(seenEveryMs, signal, faults.seen, found => {
    seen = found.flatMap(one => (one.ok ? one.value : []))
  })
  const lookOn = async (): Promise<void> => {
    const reason = whyTakenOver(state, seen, new Date().toISOString())
    if (reason === null) return
    why = reason
    await endLeader(state)
  }
  void every(everyMs, signal, lookOn, () => undefined)
  return () => why
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
