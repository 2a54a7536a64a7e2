import type { RunEvent } from '../../state/event.ts'
import type { Fault } from '../../state/fault.ts'
import type { Work } from '../../state/work.ts'
import { JournalFailed } from '../journal/journal.ts'
import type { Desk } from './desk.ts'

export type LoopMeans = {
  readonly desk: Pick<Desk, 'state' | 'write'>
  readonly works: () => readonly Work[]
  readonly carryOut: (work: Work, signal: AbortSignal) => Promise<void>
  /** Before it is asked what there is to do. */
  readonly onTurn: () => void
  /** Whoever writes by themselves ends: before the last line, and with the loop. */
  readonly quiet: () => Promise<void>
  readonly failed: (fault: Fault) => void
}

export type Loop = {
  /** Asks what there is to do, and begins what is not at work. */
  readonly turn: () => void
  /** Of those who write by themselves; dropped once the last line is on its way. */
  readonly write: (events: readonly RunEvent[]) => void
  readonly fail: (error: unknown) => void
  readonly inOrder: InOrder
  /** The last line is about to be written: nothing may come after it. */
  readonly isSealed: () => boolean
  /** Resolves when the run is closed, or when the journal cannot be written any more. */
  readonly done: Promise<void>
}

/** Asks the core what there is to do, does it, and asks again whenever something is durable. Its first turn is its caller's. */
export function openLoop({ desk, works, carryOut, onTurn, quiet, failed }: LoopMeans): Loop {
  const inFlight = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  const ended = Promise.withResolvers<void>()
  let sealed = false

  const start = (work: Work): void => {
    if (work.kind === 'close') sealed = true
    const before = work.kind === 'close' ? quiet() : Promise.resolve()
    const carried = before
      .then(() => carryOut(work, stopping.signal))
      .catch(fail)
      .finally(() => {
        inFlight.delete(work.id)
        turn()
      })
    inFlight.set(work.id, carried)
  }
  const turn = (): void => {
    if (stopping.signal.aborted) return
    if (desk.state().closed !== null) return stop()
    onTurn()
    for (const work of works()) if (!inFlight.has(work.id)) start(work)
  }
  const write = (events: readonly RunEvent[]): void => {
    if (!sealed && !stopping.signal.aborted) desk.write(events).then(turn, fail)
  }
  const fail = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    if (error instanceof JournalFailed) {
      failed(error.fault)
      return stop()
    }
    process.exitCode = 70
    stop()
  }
  const stop = (): void => {
    if (stopping.signal.aborted) return
    stopping.abort()
    quiet().then(() => ended.resolve(), ended.reject)
  }
  return { turn, write, fail, inOrder: ordering(fail), isSealed: () => sealed, done: ended.promise }
}

export type InOrder = <T>(work: () => Promise<T>) => Promise<T>

/**
 * One intent after the other, and consoles that leave among them: each is decided on the state that the one before it
 * left. Else the helm could be given to a console that has just gone, and stay with it.
 */
function ordering(failed: (error: unknown) => void): InOrder {
  let before: Promise<unknown> = Promise.resolve()
  return work => {
    const done = before.then(work)
    before = done.catch(failed)
    return done
  }
}
