import { timeOfDay } from '../state/times.ts'
import { signalText } from '../state/lines.ts'
import type { Signal } from '../state/signal.ts'
import type { ReadonlyStore } from '../state/store.ts'
import { oneLine } from '../state/text.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { answer, answerJson, talk } from './talk.ts'

/** The live health of an environment in lines: what each is at first and whenever it changes; with --json every sample. */
export function printHealth(store: ReadonlyStore, says: () => string, { json }: Flags) {
  const last = new Map<string, Signal>()
  const { run } = store.getState().run
  if (json === true) answerJson({ kind: 'environment', environment: run?.environment, class: run?.class, run: null })
  let said = ''
  const print = (): void => {
    // What it says changes where a run is found elsewhere.
    if (said !== says()) talk(`astern: ${(said = says())}`)
    for (const [key, samples] of Object.entries(store.getState().signals)) {
      const signal = samples.at(-1)
      const before = last.get(key)
      if (signal === undefined || signal === before) continue
      last.set(key, signal)
      if (json === true) answerJson({ kind: 'signal', signal })
      else if (before?.state !== signal.state || before.release !== signal.release)
        answer(`${timeOfDay(signal.at)}  ${oneLine(signalText(signal).text, 400)}`)
    }
  }
  print()
  const off = store.subscribe(print)
  const over = Promise.withResolvers<number>()
  return { done: over.promise, unmount: () => (off(), over.resolve(exitCode.reached)) }
}
