import type { ReadonlyStore } from '../../state/store.ts'
import { drillHappened } from './drill.ts'
import type { Told } from './told.ts'

/** Tells each thing once that happens in the drill. Returns how to stop. */
export function tellDrill(store: ReadonlyStore, tell: (says: readonly Told[]) => void): () => void {
  const known = new Set<string>()
  const look = (): void => {
    for (const { key, says } of drillHappened(store.getState())) {
      if (known.has(key)) continue
      known.add(key)
      tell(says)
    }
  }
  look()
  return store.subscribe((now, before) => {
    if (now.drill !== before.drill) look()
  })
}
