import type { Lend } from './lend.tsx'

export type JobControl = {
  readonly onLend: (lend: Lend) => void
  /** Stops the whole job, as the terminal itself does where nobody reads its keys. */
  readonly stopJob: () => void
  /** The terminal is an editor's meanwhile: this process stops with it, and has nothing to give back. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>
  readonly isLent: () => boolean
  readonly close: () => void
}

/** Where nobody could continue it, the kernel does not stop it at all: then it goes on after this time. */
const noStopMs = 250

/**
 * Stopped from outside or by ctrl+z, the terminal is given back first; continued, everything is drawn anew in raw mode, even
 * where the stop was one that nobody hears of (SIGSTOP) and a shell had the terminal in between.
 */
export function openJobControl(): JobControl {
  let lend: Lend | null = null
  let lent = false
  let stopping = false
  const stopped = async (whom: number): Promise<void> => {
    stopping = true
    // Only by its default action does the kernel tell whether anybody is there to continue it.
    process.off('SIGTSTP', onStop)
    const { promise: goesOn, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, noStopMs)
    process.once('SIGCONT', resolve)
    process.kill(whom, 'SIGTSTP')
    await goesOn
    clearTimeout(timer)
    process.off('SIGCONT', resolve)
    process.on('SIGTSTP', onStop)
    stopping = false
    // Who is not in front is not told of a new size.
    process.kill(process.pid, 'SIGWINCH')
  }
  const given = async (work: () => Promise<void>): Promise<void> => {
    lent = true
    // Before the first frame nothing has been taken yet; where it is lent already, it is drawn anew then.
    await (lend === null ? work() : lend(work).catch(() => {}))
    lent = false
  }
  const stop = (whom: number): void => {
    if (stopping) return
    if (lent) void stopped(whom)
    else void given(() => stopped(whom))
  }
  const onStop = (): void => stop(process.pid)
  const onContinue = (): void => {
    if (stopping || lent) return
    process.kill(process.pid, 'SIGWINCH')
    void given(() => Promise.resolve())
  }
  process.on('SIGTSTP', onStop)
  process.on('SIGCONT', onContinue)
  return {
    onLend: inTree => {
      lend = inTree
    },
    stopJob: () => stop(0),
    during: work => {
      lent = true
      return work().finally(() => {
        lent = false
      })
    },
    isLent: () => lent,
    close: () => {
      process.off('SIGTSTP', onStop)
      process.off('SIGCONT', onContinue)
    },
  }
}
