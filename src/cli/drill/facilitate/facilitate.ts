import { join } from 'node:path'
import { asternHome } from '../../../client/home.ts'
import { openDrills } from '../../../client/open-runs.ts'
import type { Session } from '../../../client/session.ts'
import type { Fault, Result } from '../../../state/fault.ts'
import { consoleSession, type Role } from '../../console-session.ts'
import { closedCode, when } from '../../ends.ts'
import { exitCode, signalCode } from '../../exit-codes.ts'
import type { Flags } from '../../flags.ts'
import { printLines } from '../../lines.ts'
import { modeHere } from '../../mode.ts'
import { screenOptions } from '../../screen-options.ts'
import { talk, talkProse, tell } from '../../talk.ts'
import { isDrillItself } from '../is-drill-itself.ts'
import { facilitateInLines } from './lines.ts'

/** A console for whoever leads a drill: the one named, or the newest that is open in this home. */
export async function facilitate(flags: Flags, run?: string): Promise<number> {
  const found = await findDrill(run)
  if (found.ok) return facilitateAt(found.value, flags, 'helm')
  tell(found.fault)
  return exitCode.usage
}

/** Whoever watches sees the same, and asks nothing. */
export async function facilitateAt(directory: string, flags: Flags, role: Role): Promise<number> {
  const session = consoleSession(directory, role)
  try {
    await when(session, state => state.run.run !== null || state.damage !== null)
    const { kind, ears, why } = modeHere(flags, role)
    if (why !== null && kind !== 'headless') talk(why)
    if (kind === 'screen') return await show(session, flags)
    if (kind === 'questions') return await facilitateInLines(session, ears)
    return await follow(session, flags)
  } finally {
    session.close()
  }
}

async function show(session: Session, flags: Flags): Promise<number> {
  const { showFacilitate } = await import('../../../ui/facilitate/show.tsx')
  const shown = showFacilitate({
    store: session.store,
    send: ask => void session.send(ask, null),
    leave: () => shown.unmount(),
    options: screenOptions(flags),
    stdin: process.stdin,
    stdout: process.stdout,
  })
  const signal = await shown.done
  return signal === null ? leaves(session) : signalCode(signal)
}

/** Nobody is asked here: what happens is told until it is over. */
async function follow(session: Session, flags: Flags): Promise<number> {
  const stop = printLines(session.store, flags)
  await when(session, ({ run, damage }) => run.closed !== null || damage !== null).finally(stop)
  return leaves(session)
}

function leaves({ store }: Session): number {
  const { run } = store.getState()
  const id = run.run?.id ?? ''
  if (run.closed !== null) {
    talkProse(`DRILL ${id} is over: ${run.closed.outcome} (${run.closed.why}).`)
    return closedCode(run.closed.outcome)
  }
  talkProse(`DRILL ${id} goes on without you. Come back with: astern drill --facilitate ${id}`)
  return exitCode.reached
}

async function findDrill(run: string | undefined): Promise<Result<string>> {
  const home = asternHome(process.env)
  if (run === undefined) {
    const [newest] = await openDrills(home)
    return newest === undefined ? none(home, run) : { ok: true, value: newest.directory }
  }
  const directory = join(home, 'runs', run)
  return (await isDrillItself(directory)) ? { ok: true, value: directory } : none(home, run)
}

function none(home: string, run: string | undefined): { readonly ok: false; readonly fault: Fault } {
  const fault = {
    code: 'drill.not-found',
    what: run === undefined ? `No drill is open in ${home}` : `There is no drill ${run} in ${home}`,
    means: 'Nothing was touched.',
    next: 'astern runs lists what there is. ASTERN_HOME names another home.',
  }
  return { ok: false, fault }
}
