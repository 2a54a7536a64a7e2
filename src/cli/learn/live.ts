import type { Session } from '../../client/session.ts'
import { consoleSession } from '../console-session.ts'
import { when } from '../ends.ts'
import { exitCode } from '../exit-codes.ts'
import { talk } from '../talk.ts'
import type { Answering } from './answering.ts'
import { followProposals } from './follow-proposals.ts'

/** Of a run that still goes on: by intents, as its console would, while nobody else is at its helm. */
export async function answerInRun(directory: string, answering: readonly Answering[]): Promise<number> {
  const session = consoleSession(directory, 'helm')
  const { store, send } = session
  const { me } = store.getState()
  await when(session, ({ connection }) => connection.engine !== 'connecting')
  const refusal = await send({ kind: 'take the helm', reason: null }, null)
  if (refusal !== null) {
    talk(`astern: ${refusal.reason} Answer on its screen, or once the run is over.`)
    session.close()
    return exitCode.refused
  }
  await when(session, ({ run }) => run.helm.holder?.console === me.console || run.closed !== null)
  const stop = followProposals(session)
  try {
    const codes: number[] = []
    for (const one of answering) codes.push(await answerOne(session, one))
    await send({ kind: 'leave the helm' }, null)
    await when(session, ({ run }) => store.getState().me.epoch !== run.helm.epoch || run.helm.holder === null)
    return Math.max(...codes)
  } finally {
    stop()
    session.close()
  }
}

async function answerOne(session: Session, { id, answer, reason }: Answering): Promise<number> {
  const refusal = await session.send({ kind: 'answer proposal', id, answer, reason }, 'follow up')
  if (refusal !== null) {
    talk(`${id}: ${refusal.reason}`)
    return exitCode.refused
  }
  if (answer !== 'accept') return exitCode.reached
  const written = ({ run, connection }: ReturnType<Session['store']['getState']>) =>
    connection.engine === 'gone' ? { ok: false, says: 'its engine is gone' } : (run.answered[id]?.written ?? null)
  await when(session, state => written(state) !== null)
  const { ok, says } = written(session.store.getState()) ?? { ok: false, says: '' }
  talk(`${id}: ${ok ? '' : 'not written: '}${says}`)
  return ok ? exitCode.reached : exitCode.short
}
