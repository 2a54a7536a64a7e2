import { dirname } from 'node:path'
import { followPlayedRuns } from '../../client/played-runs.ts'
import { runDirector } from '../../runners/drill/director.ts'
import type { RunLock } from '../../runners/lock/run-lock.ts'
import { openRunSocket } from '../../runners/socket/server.ts'
import { takenOver, type TakeOver } from '../../state/drill/play/take-over.ts'
import type { Fault } from '../../state/fault.ts'
import { openDesk } from '../desk.ts'
import { readOpening } from '../opening.ts'
import { openFaults } from './open-faults.ts'

export type LeadMeans = {
  /** Why it is taken over, where that is so. */
  readonly why: TakeOver
  /** It may begin the drill, whose journal has no line then. A drill that has one was led before, and is taken over and ended. */
  readonly begins: boolean
  readonly onLead: () => void
  /** Before its lock is given back. */
  readonly letGo: () => void
}

const version = process.env['ASTERN_VERSION'] ?? '0.0.0'

/** Leads a drill to its end, with its lock in hand: a new one, or one that is taken over, and then taken back. Null: it did. */
export async function leadDrill(directory: string, lock: RunLock, means: LeadMeans): Promise<Fault | null> {
  const opening = await readOpening(directory)
  if (opening.event.purpose.kind !== 'drill') return noDrill(opening.run)
  const opened = await openDesk(directory, opening, lock.fd, openFaults)
  if (!opened.ok) return opened.fault
  const { desk, journal, before, secrets, close } = opened.value
  await secrets.learn(desk.state().run?.manifest)
  if (desk.state().closed === null) {
    const taken = means.begins && before.length === 0 ? [] : takenOver(desk.state(), means.why)
    await desk.write([{ kind: 'engine.started', pid: process.pid, version }, ...taken])
  }

  const socket = await openRunSocket({
    directory,
    onIntent: (intent, actor) => director.intend(intent, actor),
    onLeave: () => undefined,
    lastSeq: () => desk.state().seq,
  })
  journal.onDurable(() => socket.publishDurable(desk.state().seq))
  const director = runDirector({
    desk,
    publish: { signals: socket.publishSignals, failed: socket.publishFailed },
    played: (onLines, signal) => followPlayedRuns(homeOf(directory), opening.run, onLines, signal),
  })
  means.onLead()
  await director.done
  means.letGo()
  await socket.close()
  await close()
  await lock.release()
  return null
}

/** `HOME/runs/RUN` */
function homeOf(directory: string): string {
  return dirname(dirname(directory))
}

function noDrill(run: string): Fault {
  return {
    code: 'drill.none',
    what: `Run ${run} is no drill`,
    means: 'Nothing was started.',
    next: `Go on with it: astern attach ${run}`,
  }
}
