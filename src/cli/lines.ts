import type { Line } from '../state/event.ts'
import { drillMark } from '../state/drill/is-drill.ts'
import { lineText, stamp } from '../state/lines.ts'
import type { ReadonlyStore } from '../state/store.ts'
import type { Flags } from './flags.ts'
import { answer } from './talk.ts'

/** Prints each journal line as it becomes durable: NDJSON on stdout with --json, else words. Returns how to stop. */
export function printLines(store: ReadonlyStore, flags: Flags): () => void {
  let printed = 0
  const print = (): void => {
    for (const line of store.getState().lines) {
      if (line.seq <= printed) continue
      printed = line.seq
      printOne(line, flags, drillMark(store.getState().run))
    }
  }
  print()
  return store.subscribe(print)
}

function printOne(line: Line, flags: Flags, mark: string): void {
  if (flags.json === true) return answer(JSON.stringify(line))
  const said = lineText(line)
  if (said !== null) answer(`${mark}${stamp(line)}  ${said.text}`)
}
