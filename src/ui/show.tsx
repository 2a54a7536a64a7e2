import { render } from 'ink'
import type { Ask } from '../state/intent.ts'
import type { ReadonlyStore } from '../state/store.ts'
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

/** Takes the whole terminal, and gives it back on every way out. */
export function showConsole({ stdin, stdout, onSlowLink, edit, ...console }: ShowOptions): Shown {
  const { options } = console
  const slow = options.slowLink === true
  const job = openJobControl()
  const inEditor: Editor = text => job.during(() => edit(text))
  const screen = render(
    <>
      <Console {...console} suspend={job.stopJob} edit={inEditor} />
      <Lender onLend={job.onLend} hasten={!slow} />
    </>,
    {
      stdin,
      stdout,
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: slow ? slowFps : fps,
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
  const unwatch = slow || onSlowLink === undefined ? null : watchLink(stdout, onSlowLink)
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
