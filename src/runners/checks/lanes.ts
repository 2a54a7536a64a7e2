/** Work past this no longer keeps other work waiting. */
const slowMs = 500

/** Of such work there may be so many times the limit. */
const slowTimes = 8

export type Lanes = <T>(work: () => Promise<T>) => Promise<T>

/**
 * At most `limit` at once, in the order they came. One that is slow makes room for another, so that a few which hang do not
 * hold up those which would answer at once.
 */
export function openLanes(limit: number): Lanes {
  const waiting: (() => void)[] = []
  let active = 0
  let slow = 0
  const next = (): void => {
    while (active - slow < limit && active < limit * slowTimes) {
      const begin = waiting.shift()
      if (begin === undefined) return
      active += 1
      begin()
    }
  }
  return async work => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push(resolve)
    next()
    await promise
    const turn = { slow: false }
    const timer = setTimeout(() => {
      turn.slow = true
      slow += 1
      next()
    }, slowMs)
    try {
      return await work()
    } finally {
      clearTimeout(timer)
      active -= 1
      if (turn.slow) slow -= 1
      next()
    }
  }
}
