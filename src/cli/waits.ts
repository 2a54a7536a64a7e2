import { gateOf } from '../state/gates.ts'
import type { ReadonlyStore } from '../state/store.ts'
import { primaryOf } from '../ui/view/primary.ts'
import { promptFor } from '../ui/view/said-first.ts'
import { tellDrill } from './plain/drill-news.ts'
import { talk } from './talk.ts'

/** For whoever only reads lines: what the run waits for, and what is said in its drill. Returns how to stop. */
export function tellWatcher(store: ReadonlyStore): () => void {
  const stops = [tellWaits(store), tellDrill(store, says => says.forEach(({ text }) => talk(`astern: ${text}`)))]
  return () => stops.forEach(stop => stop())
}

/** Each time that is something else. */
function tellWaits(store: ReadonlyStore): () => void {
  let told: string | null = null
  const tell = (): void => {
    const { run, me } = store.getState()
    const prompt = gateOf(run) === null ? null : (primaryOf(run)?.prompt ?? null)
    const words = prompt === null ? null : promptFor({ run, me }, prompt)
    if (words !== null && words !== told) talk(`astern: ${words}`)
    told = words
  }
  tell()
  return store.subscribe(tell)
}
