import { asternHome } from '../../client/home.ts'
import { openDrills } from '../../client/open-runs.ts'
import { isPutRight } from '../../state/drill/play/outcome.ts'
import { consoleSession } from '../console-session.ts'
import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { talk } from '../talk.ts'
import { halt } from './halting.ts'
import { drillOver, tellEnding } from './over.ts'
import { takeBack } from './unfinished.ts'

/** Ends a drill now, by whoever asks: everything is taken back, and that is waited for. Exit 0: it was. */
export async function haltDrill(flags: Flags, run?: string): Promise<number> {
  const open = await openDrills(asternHome(process.env))
  const drill = run === undefined ? open[0] : open.find(one => one.run === run)
  if (drill === undefined) {
    talk(`astern: ${run === undefined ? 'no drill' : `no drill ${run}`} is being played in this home.`)
    return exitCode.usage
  }
  if (!drill.isLed) return (await takeBack(drill)) ? exitCode.reached : exitCode.short
  const session = consoleSession(drill.directory, 'helm')
  const stopTelling = tellEnding(session)
  try {
    const over = drillOver(session, drill.directory)
    const refusal = await Promise.race([halt(session, flags.reason ?? 'halted by hand'), over.then(() => null)])
    if (refusal !== null) {
      talk(`astern: ${refusal.reason}`)
      return exitCode.refused
    }
    await over
    return isPutRight(session.store.getState().run) ? exitCode.reached : exitCode.short
  } finally {
    stopTelling()
    session.close()
  }
}
