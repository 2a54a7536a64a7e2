import { useRef, useState, type RefObject } from 'react'

type Latest<T> = readonly [drawn: T, latest: Readonly<RefObject<T>>, become: (next: T) => void]

/** State, and what it is to become already: keys joined in one packet are pressed one after the other, each on what the one before it left. */
export function useLatest<T>(first: T): Latest<T> {
  const [drawn, setDrawn] = useState(first)
  const latest = useRef(drawn)
  const become = (next: T): void => {
    latest.current = next
    setDrawn(() => next)
  }
  return [drawn, latest, become]
}
