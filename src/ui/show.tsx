import { render } from 'ink'
import type { Ask } from '../state/intent.ts'
import type { ReadonlyStore } from '../state/store.ts'
import { Console } from './components/console.tsx'
import type { Editor } from './input/editor.ts'
import type { ScreenOptions } from './theme.ts'

export type ShowOptions = {
  readonly store: ReadonlyStore
  readonly send: (ask: Ask, gate: string | null) => void
  readonly leave: () => void
  readonly edit: Editor
  readonly copy: (text: string) => Promise<string>
  readonly readOutput: (path: string) => void
  readonly options: ScreenOptions
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

export type Shown = {
  /** Resolves when the screen is gone and the terminal is as it was; rejects with what made the screen fail. */
  readonly done: Promise<void>
  readonly unmount: () => void
}

/** Takes the whole terminal, and gives it back on every way out. */
export function showConsole({ stdin, stdout, ...console }: ShowOptions): Shown {
  const screen = render(<Console {...console} />, {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 10,
    exitOnCtrlC: false,
    patchConsole: true,
    // Our own look at the terminal counts: Ink's takes a CI variable for "no terminal".
    interactive: true,
  })
  const unmount = (): void => screen.unmount()
  const forget = leaveWithTheTerminal(stdin, stdout, unmount)
  return { done: screen.waitUntilExit().then(forget, error => (forget(), Promise.reject(error))), unmount }
}

/**
 * A terminal that is gone (its window closed, its link cut) is written to no more: without a listener the next frame's
 * EIO would be an uncaught error, and without unmounting, a loop.
 */
function leaveWithTheTerminal(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, unmount: () => void): () => void {
  const signals = ['SIGHUP', 'SIGTERM'] as const
  const swallow = (): void => undefined
  for (const signal of signals) process.on(signal, unmount)
  process.on('SIGTSTP', swallow)
  for (const stream of [stdin, stdout, process.stderr]) stream.on('error', unmount)
  return () => {
    for (const signal of signals) process.off(signal, unmount)
    process.off('SIGTSTP', swallow)
    for (const stream of [stdin, stdout, process.stderr]) stream.off('error', unmount)
  }
}
