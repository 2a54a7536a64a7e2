import { basename, dirname, join } from 'node:path'
import { findRuns } from '../../client/home.ts'
import { isClosedRun, openingOf } from '../../client/open-runs.ts'
import { isUnderWay } from '../../state/drill/play/steps.ts'
import type { ConsoleState } from '../../state/store.ts'
import { consoleSession } from '../console-session.ts'
import { when } from '../ends.ts'
import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { talk, talkProse } from '../talk.ts'
import { drillOver, tellEnding } from './over.ts'

/** In front of a person: once the drill has begun, the console that they know, and then the end of the drill. */
export async function playAtTerminal(directory: string, flags: Flags): Promise<number> {
  const session = consoleSession(directory, 'helm')
  try {
    talk('DRILL: looking at the steady state')
    const isOver = ({ run }: ConsoleState): boolean => run.closed !== null || run.drill?.ending != null
    await when(session, state => isOver(state) || state.run.drill?.began != null)
    // Whoever plays comes to something that has happened, and does not watch it being done.
    await when(session, state => isOver(state) || !isUnderWay(state.run, state.now))
    const { run } = session.store.getState()
    if (run.closed === null && run.drill?.ending == null) {
      const { open } = await import('../rollback.ts')
      const code = await open({ ...flags, confirm: [] })
      if (!(await isPlayed(directory)) && session.store.getState().run.drill?.ending == null)
        return goesOn(directory, code)
    }
    const stopTelling = tellEnding(session)
    return await drillOver(session, directory).finally(stopTelling)
  } finally {
    session.close()
  }
}

function goesOn(directory: string, code: number): number {
  talkProse(`Drill ${basename(directory)} goes on. Come back with: astern. End it with: astern drill --halt`)
  return code === exitCode.reached ? exitCode.reached : code
}

/** Something was played in it, and all of that is closed. */
async function isPlayed(directory: string): Promise<boolean> {
  const home = dirname(dirname(directory))
  const runs = await findRuns(home)
  const played = await Promise.all(
    runs.map(async ({ run }) => {
      const opening = await openingOf(join(home, 'runs', run))
      return opening?.event.drill?.run === basename(directory) ? [join(home, 'runs', run)] : []
    }),
  )
  const closed = await Promise.all(played.flat().map(isClosedRun))
  return closed.length > 0 && closed.every(Boolean)
}
