import { guideOf } from '../../state/drill/guide/guide.ts'
import type { ConsoleState, ReadonlyStore } from '../../state/store.ts'
import { section, told, type Told } from './told.ts'

/** This moment, for somebody who is here for the first time. */
export function guideTold({ run, drill }: ConsoleState): readonly Told[] {
  const { title, now, next, why, good, wrong } = guideOf(run, drill)
  return [
    told.head(`Guide: ${title}`),
    ...now.map(told.line),
    ...section('What to do', [next]),
    ...section('Why now', why),
    ...section('What good looks like', good),
    ...section('What people get wrong', wrong),
  ]
}

/** Tells it at each new moment, once. Returns how to stop. */
export function tellGuide(store: ReadonlyStore, tell: (says: readonly Told[]) => void): () => void {
  const known = new Set<string>()
  const look = (state: ConsoleState): void => {
    if (state.run.run === null) return
    const { key } = guideOf(state.run, state.drill)
    if (known.has(key)) return
    known.add(key)
    tell(guideTold(state))
  }
  look(store.getState())
  return store.subscribe((now, before) => {
    if (now.run !== before.run) look(now)
  })
}
