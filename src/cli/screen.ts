import type { Session } from '../client/session.ts'
import { leftLines } from '../state/left-behind.ts'
import { copyText } from './copy-text.ts'
import { editText } from './edit-text.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { closedCode } from './ends.ts'
import { talk } from './talk.ts'
import type { ThemeName } from '../ui/theme.ts'

/** The full screen. Leaving it ends nothing: the engine goes on, and the way back is said. */
export async function showScreen(session: Session, flags: Flags, directory: string): Promise<number> {
  const { showConsole } = await import('../ui/show.tsx')
  const shown = showConsole({
    store: session.store,
    send: (ask, gate) => void session.send(ask, gate),
    leave: () => shown.unmount(),
    edit: editText,
    copy: text => copyText(text, directory, process.stdout),
    readOutput: session.readOutput,
    options: {
      theme: themeOf(flags),
      ascii: flags.ascii === true,
      animation: process.env['ASTERN_NO_ANIMATION'] === undefined,
      slowLink: false,
    },
    stdin: process.stdin,
    stdout: process.stdout,
  })
  await shown.done
  const { run, me } = session.store.getState()
  const id = run.run?.id ?? ''
  if (run.closed !== null) {
    talk(`Run ${id} is closed: ${run.closed.outcome} (${run.closed.why}).`)
    for (const line of leftLines(run)) talk(line)
    if (run.report !== null) talk(`Report: ${directory}/${run.report.file}`)
    return closedCode(run.closed.outcome)
  }
  talk(
    me.role === 'watch' ? `Run ${id} goes on.` : `Run ${id} goes on without you. Come back with: astern attach ${id}`,
  )
  return exitCode.reached
}

/** No colour where it was asked for so, whatever the theme. */
function themeOf({ color, theme = 'default' }: Flags): ThemeName {
  return color && process.env['NO_COLOR'] === undefined ? theme : 'mono'
}
