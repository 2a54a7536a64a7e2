import { openSession, type Session } from '../../src/client/session.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { Ask } from '../../src/state/intent.ts'
import { until } from './support.ts'

/** The machine's own network may be slow; a call to a host that is gone takes its deadline. */
export const patience = 120_000

/** What a person does with a run in their console, without the screen. */
export type Hands = {
  readonly session: Session
  /** Answers the gate where the run waits, and sees it move on. */
  readonly ask: (ask: Ask) => Promise<void>
}

export async function atTheHelm<T>(run: string, reason: string, work: (hands: Hands) => Promise<T>): Promise<T> {
  const session = openSession({
    directory: run,
    me: { name: 'ana', console: 'ana', from: 'test' },
    wants: 'helm',
    now: () => new Date(),
  })
  const { getState } = session.store
  try {
    await until(() => getState().connection.engine === 'live', 'the console is connected', patience)
    await session.send({ kind: 'take the helm', reason }, null)
    await until(() => getState().run.helm.holder?.console === 'ana', 'the helm is taken', patience)
    return await work({
      session,
      ask: async ask => {
        const gate = await until(() => gateOf(getState().run), 'a gate', patience)
        const { seq } = getState().run
        await session.send(ask, gate.id)
        await until(() => getState().run.seq > seq, 'the run moves on', patience)
      },
    })
  } finally {
    session.close()
  }
}

/** Undoes what the run did, as whoever stands at the helm would: reads the revised plan and approves it. */
export async function undoAll(run: string, environment: string): Promise<void> {
  return revise(run, null, environment)
}

/** Puts the service back that this step is about, and has the rest go on. */
export async function putBack(run: string, step: string, environment: string): Promise<void> {
  return revise(run, step, environment)
}

async function revise(run: string, step: string | null, environment: string): Promise<void> {
  await atTheHelm(run, 'it does not come up', async ({ session, ask }) => {
    await ask({ kind: 'undo', step })
    const revised = await until(
      () => {
        const { plan } = session.store.getState().run
        return plan !== null && plan.revision > 1 ? plan : null
      },
      'the revised plan',
      patience,
    )
    await ask({ kind: 'approve', hash: revised.hash, typed: [environment], unattendedUntil: null })
    await until(() => gateOf(session.store.getState().run)?.kind === 'validate', 'the revised plan is done', patience)
  })
}
