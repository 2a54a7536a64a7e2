import { render } from 'ink'
import type { ReactElement } from 'react'
import type { Ask } from '../state/intent.ts'
import type { ReadonlyStore } from '../state/store.ts'
import type { Walk } from '../state/walk.ts'
import { Console } from './components/console.tsx'
import type { Editor } from './input/editor.ts'
import { openJobControl } from './terminal/job-control.ts'
import { Lender } from './terminal/lend.tsx'
import { watchLink } from './terminal/slow-link.ts'
import { openWaysOut, type Streams } from './terminal/ways-out.ts'
import type { ScreenOptions } from './theme.ts'

export type ShowOptions = Streams & {
  readonly store: ReadonlyStore
  readonly send: (ask: Ask, gate: string | null) => void
  readonly walk: (to: Walk) => void
  readonly leave: () => void
  readonly edit: Editor
  readonly copy: (text: string) => Promise<string>
  readonly readOutput: (path: string) => void
  readonly options: ScreenOptions
  /** Once: the terminal takes its frames slowly. Not called where the link was said to be slow. */
  readonly onSlowLink?: () => void
}

export type Shown = {
  /**
   * Resolves when the screen is gone and the terminal is as it was, to the signal that ended it (null: a key did); rejects
   * with what made the screen fail.
   */
  readonly done: Promise<NodeJS.Signals | null>
  readonly unmount: () => void
}

const fps = 10
const slowFps = 2

export function showConsole({ stdin, stdout, onSlowLink, edit, ...console }: ShowOptions): Shown {
  const { slowLink } = console.options
  return takeTerminal(
    ({ suspend, during }) => <Console {...console} suspend={suspend} edit={text => during(() => edit(text))} />,
    { stdin, stdout, slowLink, ...(onSlowLink === undefined ? {} : { onSlowLink }) },
  )
}

export type TerminalOptions = Streams & Pick<ShowOptions, 'onSlowLink'> & Pick<ScreenOptions, 'slowLink'>

/** What a screen may do with the terminal it has. */
export type Hands = {
  readonly suspend: () => void
  /** The terminal is somebody else's meanwhile. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>
}

/** Takes the whole terminal, and gives it back on every way out. */
export function takeTerminal(
  draw: (hands: Hands) => ReactElement,
  { stdin, stdout, slowLink, onSlowLink }: TerminalOptions,
): Shown {
  const job = openJobControl()
  const screen = render(
    <>
      {draw({ suspend: job.stopJob, during: job.during })}
      <Lender onLend={job.onLend} hasten={!slowLink} />
    </>,
    {
      stdin,
      stdout,
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: slowLink ? slowFps : fps,
      exitOnCtrlC: false,
      patchConsole: true,
      // Our own look at the terminal counts: Ink's takes a CI variable for "no terminal".
      interactive: true,
    },
  )
  let unmounting = false
  // Once: on a terminal that is gone each write here fails, and each failure leaves.
  const unmount = (): void => {
    if (unmounting) return
    unmounting = true
    try {
      // Where there is no alternate screen (GNU screen has none unless told to), nothing is left of this one either.
      screen.clear()
      screen.unmount()
    } catch {
      giveBack({ stdin, stdout })
    }
  }
  const ways = openWaysOut({ stdin, stdout }, job.isLent, unmount)
  const unwatch = slowLink || onSlowLink === undefined ? null : watchLink(stdout, onSlowLink)
  const forget = (): void => {
    unwatch?.()
    job.close()
    ways.close()
  }
  return { done: screen.waitUntilExit().then(ways.by).finally(forget), unmount }
}

/** Where the renderer itself is what failed. */
function giveBack({ stdin, stdout }: Streams): void {
  stdin.setRawMode(false)
  stdout.write('\u001b[?2004l\u001b[?1049l\u001b[?25h')
}
