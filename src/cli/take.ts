import type { Session } from '../client/session.ts'
import { consoleSession, type Role } from './console-session.ts'
import { closedCode, when } from './ends.ts'
import type { Flags } from './flags.ts'
import { followProposals } from './learn/follow-proposals.ts'
import { printLines } from './lines.ts'
import { modeHere } from './mode.ts'
import { showScreen } from './screen.ts'
import { answer, talk } from './talk.ts'

/** Puts a console in front of a run: a screen, lines with questions, or nobody at all. Returns the exit code. */
export async function take(directory: string, flags: Flags, role: Role): Promise<number> {
  const session = consoleSession(directory, role)
  const { kind, ears, why } = modeHere(flags, role)
  if (why !== null) talk(why)
  const stopFollowing = followProposals(session)
  try {
    if (role === 'helm') await takeHelm(session, flags.take ?? null)
    if (kind === 'screen') return await showScreen(session, flags, directory)
    // The screen is waited for; what others have in front of them is loaded with them.
    if (kind === 'questions') {
      const { answerQuestions } = await import('./plain/run.ts')
      return await answerQuestions(session, directory, { ears, guided: flags.guided === true })
    }
    const stopPrinting = await printing(session, flags, ears)
    const stopTelling = role === 'watch' ? (await import('./waits.ts')).tellWatcher(session.store) : () => undefined
    const drive = kind === 'follow' ? untilClosed : (await import('./headless.ts')).driveHeadless
    return await drive(session, flags, directory).finally(() => (stopTelling(), stopPrinting()))
  } finally {
    stopFollowing()
    session.close()
  }
}

/** Returns how to stop. */
async function printing(session: Session, flags: Flags, ears: boolean): Promise<() => void> {
  if (!ears || flags.json === true) return printLines(session.store, flags)
  const { printNews } = await import('./plain/run.ts')
  return printNews(session, { print: answer }, ears)
}

/** Nobody there: take it. Somebody there: only with a reason; without one this console looks on. */
async function takeHelm(session: Session, reason: string | null): Promise<void> {
  await when(session, ({ connection, run }) => connection.engine !== 'connecting' || run.closed !== null)
  const { run } = session.store.getState()
  if (run.closed !== null || session.store.getState().connection.engine === 'gone') return
  const refusal = await session.send({ kind: 'take the helm', reason }, null)
  // What is asked next is asked under the new epoch: it has to be known here first.
  if (refusal === null)
    await when(
      session,
      ({ run: now, me, connection }) =>
        now.helm.holder?.console === me.console || now.closed !== null || connection.engine === 'gone',
    )
}

async function untilClosed(session: Session): Promise<number> {
  await when(session, ({ run }) => run.closed !== null)
  return closedCode(session.store.getState().run.closed?.outcome ?? 'short')
}
