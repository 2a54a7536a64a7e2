import type { Session } from '../../client/session.ts'
import { consoleSession } from '../console-session.ts'
import { signalCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { printLines } from '../lines.ts'
import { talk } from '../talk.ts'
import { drillOver, tellEnding } from './over.ts'

/** Without a terminal: tells what happens until the drill is over. A signal halts it, and its end is waited for. */
export async function conduct(directory: string, flags: Flags): Promise<number> {
  const session = consoleSession(directory, 'helm')
  const forget = haltBySignal(session)
  const [stopPrinting, stopTelling] = [printLines(session.store, flags), tellEnding(session)]
  try {
    return await drillOver(session, directory)
  } finally {
    forget()
    stopTelling()
    stopPrinting()
    session.close()
  }
}

/** A second one ends this process alone. */
function haltBySignal(session: Session): () => void {
  let asked = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(signalCode(signal))
    asked = true
    void halt(session, signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
  }
}

async function halt(session: Session, signal: NodeJS.Signals): Promise<void> {
  const refusal = await session.send({ kind: 'halt', reason: `${signal} to whoever conducts it` }, null)
  if (refusal !== null && refusal.code !== 'ending') talk(`astern: ${refusal.reason}`)
}
