/**
 * One look at a time at each thing, for all who want it. Whoever asks while one is under way is told by the next, with everybody else
 * who asked meanwhile: what anybody is told was looked at after they asked.
 */
export function sharedLooks<Asked, Seen>(
  look: (asked: Asked) => Promise<Seen>,
  keyOf: (asked: Asked) => string,
): (asked: Asked) => Promise<Seen> {
  const underWay = new Map<string, Promise<unknown>>()
  const next = new Map<string, Promise<Seen>>()
  const begin = (key: string, asked: Asked): Promise<Seen> => {
    const seen = look(asked).finally(() => underWay.delete(key))
    underWay.set(key, seen)
    return seen
  }
  return asked => {
    const key = keyOf(asked)
    const before = underWay.get(key)
    if (before === undefined) return begin(key, asked)
    const waiting = next.get(key) ?? Promise.allSettled([before]).then(() => (next.delete(key), begin(key, asked)))
    next.set(key, waiting)
    return waiting
  }
}
