import { consoleSession } from '../console-session.ts'
import type { Flags } from '../flags.ts'
import { printLines } from '../lines.ts'
import { talk } from '../talk.ts'
import { halt, type Signals } from './halting.ts'
import { drillOver, tellEnding } from './over.ts'

/** Without a terminal: tells what happens until the drill is over. A signal halts it, and its end is waited for. */
export async function conduct(directory: string, flags: Flags, { asked }: Pick<Signals, 'asked'>): Promise<number> {
  const session = consoleSession(directory, 'helm')
  const [stopPrinting, stopTelling] = [printLines(session.store, flags), tellEnding(session)]
  void asked.then(async signal => {
    const refusal = await halt(session, `${signal} to whoever conducts it`)
    if (refusal !== null) talk(`astern: ${refusal.reason}`)
  })
  try {
    return await drillOver(session, directory)
  } finally {
    stopTelling()
    stopPrinting()
    session.close()
  }
}
