import { setTimeout as pause } from 'node:timers/promises'
import type { Session } from '../client/session.ts'
import { leftLines } from '../state/left-behind.ts'
import { plain } from '../state/text.ts'
import { copyText } from './copy-text.ts'
import { crashable } from './crash-screen.ts'
import { editText } from './edit-text.ts'
import { bugWords, exitCode, signalCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { closedCode, when } from './ends.ts'
import { screenOptions } from './screen-options.ts'
import { talk } from './talk.ts'

const firstLinesMs = 500

/** The full screen. Leaving it ends nothing: the engine goes on, and the way back is said. */
export async function showScreen(session: Session, flags: Flags, directory: string): Promise<number> {
  const options = screenOptions(flags)
  const { showConsole } = await import('../ui/show.tsx')
  // An empty screen first would only be one more to draw; what cannot be read is not waited for.
  await Promise.race([
    when(session, ({ run, damage }) => run.run !== null || damage !== null),
    pause(firstLinesMs, undefined, { ref: false }),
  ])
  const shown = showConsole({
    store: crashable(session.store, process.env['ASTERN_CRASH_SCREEN']),
    send: (ask, gate) => void session.send(ask, gate),
    walk: to => void session.walk(to),
    leave: () => shown.unmount(),
    edit: editText,
    copy: text => copyText(text, directory, process.stdout),
    readOutput: session.readOutput,
    options,
    onSlowLink: session.slowLink,
    stdin: process.stdin,
    stdout: process.stdout,
  })
  const forget = onCrash(error => {
    shown.unmount()
    crashed(session, error)
  })
  try {
    const signal = await shown.done
    const code = saysWhere(session, directory)
    return signal === null ? code : signalCode(signal)
  } catch (error) {
    crashed(session, error)
    return exitCode.bug
  } finally {
    forget()
  }
}

/** Before anybody else hears of it: what they would write, would be written over the screen and be lost with it. */
function onCrash(handle: (error: unknown) => void): () => void {
  const end = (error: unknown): void => {
    handle(error)
    process.exit(exitCode.bug)
  }
  process.prependListener('uncaughtException', end)
  process.prependListener('unhandledRejection', end)
  return () => {
    process.off('uncaughtException', end)
    process.off('unhandledRejection', end)
  }
}

/** What happened, what it means for the run, and the way back. */
function crashed({ store }: Session, error: unknown): void {
  const { run, me, connection } = store.getState()
  const id = run.run?.id ?? ''
  talk(plain(bugWords(error)))
  if (run.closed !== null) return talk(`Only the screen failed. Run ${id} is closed: ${run.closed.outcome}.`)
  const engine = connection.engine === 'gone' ? 'Its engine was gone before' : 'The engine goes on with the run'
  talk(`Only the screen failed. ${engine}. Come back with: astern ${me.role === 'watch' ? 'watch' : 'attach'} ${id}`)
}

function saysWhere({ store }: Session, directory: string): number {
  const { run, me, link } = store.getState()
  const id = run.run?.id ?? ''
  const less = link === 'slow' ? ' --slow-link' : ''
  if (run.closed !== null) {
    talk(`Run ${id} is closed: ${run.closed.outcome} (${run.closed.why}).`)
    for (const line of leftLines(run)) talk(line)
    if (run.report !== null) talk(`Report: ${directory}/${run.report.file}`)
    return closedCode(run.closed.outcome)
  }
  talk(
    me.role === 'watch'
      ? `Run ${id} goes on.`
      : `Run ${id} goes on without you. Come back with: astern attach ${id}${less}`,
  )
  if (less !== '') talk('This terminal took what was drawn slowly; with --slow-link less is drawn.')
  return exitCode.reached
}
