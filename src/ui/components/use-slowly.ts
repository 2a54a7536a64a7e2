import { useEffect, useState } from 'react'
import { gateOf } from '../../state/gates.ts'
import type { ConsoleState, ReadonlyStore } from '../../state/store.ts'

/** How old the picture may be where the link is slow, in milliseconds. */
const slowMs = 5000

/** The store's state; over a slow link only what a person has to answer is seen at once, the rest every few seconds. */
export function useSlowly(store: ReadonlyStore, slowLink: boolean): ConsoleState {
  const [state, setState] = useState(() => store.getState())
  useEffect(() => {
    const see = (): void => setState(store.getState())
    see()
    if (!slowLink) return store.subscribe(see)
    const timer = setInterval(see, slowMs)
    const stop = store.subscribe((now, before) => {
      if (isNews(now, before)) see()
    })
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [store, slowLink])
  return state
}

function isNews(now: ConsoleState, before: ConsoleState): boolean {
  return (
    gateOf(now.run)?.id !== gateOf(before.run)?.id ||
    now.answer !== before.answer ||
    now.damage !== before.damage ||
    now.outputs !== before.outputs ||
    now.run.closed !== before.run.closed
  )
}
