import { useEffect, useState } from 'react'
import { gateOf } from '../../state/gates.ts'
import type { ConsoleState, ReadonlyStore } from '../../state/store.ts'

/** How old the picture may be, in milliseconds: samples come in showers, and one frame shows them all. */
const usualMs = 150
const slowLinkMs = 5000

/**
 * The store's state, no more often than a person can see it; over a slow link every few seconds. What has to be answered, and what
 * was just answered, is seen at once.
 */
export function useSlowly(store: ReadonlyStore, slowLink: boolean): ConsoleState {
  const [state, setState] = useState(() => store.getState())
  useEffect(() => {
    const everyMs = slowLink ? slowLinkMs : usualMs
    let timer: NodeJS.Timeout | undefined
    let seenAt = 0
    const see = (): void => {
      clearTimeout(timer)
      timer = undefined
      seenAt = performance.now()
      setState(store.getState())
    }
    see()
    const stop = store.subscribe((now, before) => {
      if (isNews(now, before)) see()
      else timer ??= setTimeout(see, Math.max(0, seenAt + everyMs - performance.now()))
    })
    return () => {
      clearTimeout(timer)
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
    now.past !== before.past ||
    now.run.helm !== before.run.helm ||
    now.outputs !== before.outputs ||
    now.drill?.drill?.said !== before.drill?.drill?.said ||
    now.drill?.drill?.hints !== before.drill?.drill?.hints ||
    now.drill?.drill?.ending !== before.drill?.drill?.ending ||
    now.run.closed !== before.run.closed
  )
}
