import { join } from 'node:path'
import type { Session } from '../../client/session.ts'
import { endedLines, endingText } from '../../state/drill/play/progress.ts'
import { closedCode, when } from '../ends.ts'
import { exitCode } from '../exit-codes.ts'
import { talk, talkProse } from '../talk.ts'

/** A watchdog is there within moments. */
const unledMs = 60_000

/** Says what is done on the way to a drill's end each time that is something else. Returns how to stop. */
export function tellEnding({ store }: Session): () => void {
  let told: string | null = null
  const tell = (): void => {
    const text = endingText(store.getState().run)
    if (text !== null && text !== told) talkProse(`DRILL: ${text}`, '  ')
    told = text
  }
  tell()
  return store.subscribe(tell)
}

/** Waits for a drill's end, and says how it ended. Gives the code to exit with. */
export async function drillOver(session: Session, directory: string): Promise<number> {
  await Promise.race([when(session, ({ run }) => run.closed !== null), untilUnled(session)])
  const { run } = session.store.getState()
  if (run.closed === null) {
    talkProse(
      `astern: nobody leads drill ${run.run?.id ?? ''} any more. What it has put at targets is gone by itself at its time.`,
    )
    talk('  next: take it back now: astern drill --clean-up')
    return exitCode.short
  }
  for (const line of endedLines(run)) talkProse(line, '  ')
  if (run.report !== null) talk(`Debrief: ${join(directory, run.report.file)}`)
  return closedCode(run.closed.outcome)
}

/** Neither who led it nor who takes it over has been there for a while. */
function untilUnled({ store }: Session): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const look = ({ connection }: ReturnType<typeof store.getState>): void => {
    if (connection.engine !== 'gone') {
      clearTimeout(timer)
      timer = undefined
    } else timer ??= setTimeout(resolve, unledMs).unref()
  }
  look(store.getState())
  const off = store.subscribe(look)
  return promise.finally(off)
}
