export type Streams = { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream }

export type WaysOut = {
  /** By which signal it ended; a terminal that is gone counts as hung up. Null: by a key. */
  readonly by: () => NodeJS.Signals | null
  readonly close: () => void
}

const signals = ['SIGHUP', 'SIGTERM', 'SIGINT'] as const

/**
 * A signal leaves as a key does. A terminal that is gone (its window closed, its link cut) is written to no more: without a
 * listener the next frame's EIO would be an uncaught error, and without unmounting, a loop.
 */
export function openWaysOut({ stdin, stdout }: Streams, isLent: () => boolean, leave: () => void): WaysOut {
  let by: NodeJS.Signals | null = null
  const streams = [stdin, stdout, process.stderr]
  const end = (signal: NodeJS.Signals): void => {
    by ??= signal
    leave()
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    // Meant for the editor that has the terminal now, and heard by all in front of it.
    if (signal !== 'SIGINT' || !isLent()) end(signal)
  }
  const onGone = (): void => end('SIGHUP')
  for (const signal of signals) process.on(signal, onSignal)
  for (const stream of streams) stream.on('error', onGone)
  stdin.on('end', onGone)
  return {
    by: () => by,
    close: () => {
      for (const signal of signals) process.off(signal, onSignal)
      stdin.off('end', onGone)
      // Last words to a terminal that is gone are lost, and that is all.
      if (by !== 'SIGHUP') for (const stream of streams) stream.off('error', onGone)
    },
  }
}
