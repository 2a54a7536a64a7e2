import { setTimeout as sleep } from 'node:timers/promises'
import { inside, orderIn, type Phase } from '../aim.ts'
import { Refused } from './daemon.ts'
import { faultOf } from './fault.ts'
import type { KeptFault } from './kept-fault.ts'
import { ownEngine } from './own.ts'
import { readState, tell, writeState } from './state.ts'
import { sweep } from './sweep.ts'

const tickMs = 250
/** Whoever told it to take its fault back removes it; if they are gone, it does. */
const leftMs = 60_000

/**
 * Puts one fault at the Engine it runs on, holds it, and takes it back: at its time, or when it is told to. What it was
 * told stands in its labels, how far it is in its volume; so whatever ends it, it goes on from there.
 */
export async function keep(name: string, signalled: AbortSignal): Promise<void> {
  const own = await ownEngine(name)
  const { daemon, self } = own
  const order = orderIn(self.Config.Labels)
  if (order === null) throw new Refused('its labels are not what Astern wrote')
  const fault = faultOf(daemon, order)
  const endsAt = Date.parse(self.Created) + order.injected.expiresMs
  const isTold = (): boolean => signalled.aborted || process.env[inside.toldVariable] !== undefined
  const before = readState()
  if (before !== null) tell(before)
  const isOver = (): boolean => isTold() || Date.now() >= endsAt
  /** An Engine that ends, or begins anew, tells its containers to end too: it starts this one again. */
  const stayIfItGoes = async (): Promise<void> => {
    if (signalled.aborted && !(await daemon.answers())) throw new Refused('the Engine ends: what is there stays')
  }
  if (!isAtEnd()) {
    if (!isOver() && readState()?.phase !== 'taking back') await putAndHold(fault, isOver, stayIfItGoes)
    await stayIfItGoes()
    if (!isAtEnd()) await takeBack(fault, stayIfItGoes)
  }
  if (signalled.aborted) return
  const wait = isTold() ? leftMs : Math.max(0, endsAt - Date.now())
  if (readState()?.phase === 'failed' || isTold()) await sleep(wait, undefined, { signal: signalled }).catch(() => {})
  if (signalled.aborted) return
  await sweep(own, name)
  await sleep(leftMs, undefined, { signal: signalled }).catch(() => {})
}

function isAtEnd(): boolean {
  const phase: Phase | undefined = readState()?.phase
  return phase === 'over' || phase === 'failed'
}

/** What was put there once is not put there again: whoever has mended it since is not fought. */
async function putAndHold(fault: KeptFault, isOver: () => boolean, between: () => Promise<void>): Promise<void> {
  const ended = new AbortController()
  const watching = setInterval(() => isOver() && ended.abort(), tickMs)
  try {
    if (readState()?.phase !== 'holds') {
      await writeState('putting', 'it is being put there')
      await writeState('holds', await fault.put(ended.signal))
    }
    await Promise.all([fault.hold?.(ended.signal), untilAborted(ended.signal)])
  } catch (error) {
    if (ended.signal.aborted) return
    await takeBack(fault, between, `it could not be put there: ${wordsOf(error)}`)
  } finally {
    clearInterval(watching)
  }
}

/** Tried for as long as it takes. Never begun, there is nothing to take back. */
async function takeBack(fault: KeptFault, between: () => Promise<void>, failed: string | null = null): Promise<void> {
  if (readState() === null) return writeState('over', 'it was never put there')
  await writeState('taking back', failed ?? 'it is being taken back')
  for (let tried = 1; ; tried += 1) {
    try {
      const words = await fault.takeBack()
      return await writeState(failed === null ? 'over' : 'failed', failed ?? words)
    } catch (error) {
      await writeState('taking back', `it cannot be taken back yet: ${wordsOf(error)}`).catch(() => {})
      await between()
      await sleep(Math.min(5000, tried * 250))
    }
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
