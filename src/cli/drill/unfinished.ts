import { asternHome } from '../../client/home.ts'
import { openDrills, type OpenDrill } from '../../client/open-runs.ts'
import { isAllTakenBack } from '../../state/drill/play/outcome.ts'
import type { Manifest } from '../../state/manifest.ts'
import { consoleSession } from '../console-session.ts'
import { exitCode } from '../exit-codes.ts'
import { launch } from '../launch.ts'
import { talkProse } from '../talk.ts'
import { drillOver, tellEnding } from './over.ts'

/**
 * Before another drill: what drills of this home have left that nobody leads any more is taken back. Null: nothing is left, and no
 * drill is played in that environment; else the code to exit with, its reason told.
 */
export async function takeBackUnfinished({ environment }: Pick<Manifest, 'environment'>): Promise<number | null> {
  for (const drill of await openDrills(asternHome(process.env))) {
    if (drill.isLed && drill.environment === environment.name) return isPlayed(drill)
    if (!drill.isLed && !(await takeBack(drill))) return exitCode.refused
  }
  return null
}

/** Whether a drill that nobody leads any more is closed by now, with all that it had put at targets taken back. */
export async function takeBack({ run, title, directory }: OpenDrill): Promise<boolean> {
  talkProse(`DRILL: ${run} (${title}) was not ended, and nobody leads it. What it has put at targets is taken back.`)
  // Busy: its watchdog is at it already.
  const code = await launch(directory, 'director')
  if (code !== null && code !== exitCode.refused) return false
  const session = consoleSession(directory, 'helm')
  const stopTelling = tellEnding(session)
  try {
    await drillOver(session, directory)
    return isAllTakenBack(session.store.getState().run)
  } finally {
    stopTelling()
    session.close()
  }
}

function isPlayed({ run, title, environment }: OpenDrill): number {
  talkProse(
    `astern: drill ${run} (${title}) is being played in ${environment}. Nothing was begun. Take up what is played in it: astern. End it: astern drill --halt ${run}`,
  )
  return exitCode.refused
}
