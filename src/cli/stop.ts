import { isEngineAlive } from '../client/alive.ts'
import { leftLines } from '../state/left-behind.ts'
import { consoleSession } from './console-session.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { launch } from './launch.ts'
import { when } from './ends.ts'
import { answer, talk, tell } from './talk.ts'

/** Ends a run short: nothing more is begun, its locks are given back, its record is written. */
export async function stop(flags: Flags, run?: string): Promise<number> {
  const found = await findRun(flags, run)
  if (!found.ok) {
    tell(found.fault)
    return exitCode.usage
  }
  if (!(await isEngineAlive(found.value))) {
    const code = await launch(found.value)
    if (code !== null) return code
  }
  const reason = flags.reason ?? 'stopped'
  const session = consoleSession(found.value, 'helm')
  try {
    await when(
      session,
      ({ connection, run: { run: header, closed } }) =>
        (connection.engine === 'live' && header !== null) || closed !== null,
    )
    const took = await session.send({ kind: 'take the helm', reason: `stop: ${reason}` }, null)
    await when(
      session,
      ({ run: { helm, closed }, me }) => took !== null || closed !== null || helm.holder?.console === me.console,
    )
    const refusal = took ?? (await session.send({ kind: 'stop', reason }, null))
    if (refusal !== null) {
      talk(`astern: ${refusal.reason}`)
      return exitCode.refused
    }
    await when(session, ({ run: { closed } }) => closed !== null)
    for (const line of leftLines(session.store.getState().run)) talk(line)
    answer(`run ${session.store.getState().run.run?.id ?? ''} stopped: ${reason}`)
    return exitCode.reached
  } finally {
    session.close()
  }
}
