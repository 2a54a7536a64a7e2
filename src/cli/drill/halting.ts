import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '../../client/session.ts'
import type { Refusal } from '../../state/intent.ts'
import { when } from '../ends.ts'
import { signalCode } from '../exit-codes.ts'

const againMs = 200

/** Halts a drill, as soon as somebody leads it who can be told. Null: it is ending, or over. */
export async function halt(session: Session, reason: string): Promise<Refusal | null> {
  for (;;) {
    await when(session, ({ connection, run: { closed } }) => connection.engine === 'live' || closed !== null)
    if (session.store.getState().run.closed !== null) return null
    const refusal = await session.send({ kind: 'halt', reason }, null)
    if (refusal === null || refusal.code === 'ending' || refusal.code === 'closed') return null
    // Whoever led it is gone, and is followed.
    if (refusal.code !== 'engine') return refusal
    await sleep(againMs)
  }
}

export type Signals = { readonly asked: Promise<NodeJS.Signals>; readonly forget: () => void }

/** From here on the first signal is a wish, and ends nothing; a second one ends this process alone. */
export function catchSignals(): Signals {
  const { promise: asked, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let isAsked = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isAsked) process.exit(signalCode(signal))
    isAsked = true
    resolve(signal)
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, onSignal)
  const forget = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  return { asked, forget }
}
