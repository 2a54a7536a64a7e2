import type { Answer, Engine, Subject } from '../engine.ts'
import { listen, type Listening } from './events.ts'

/** So long an Engine counts as there without having answered anything. */
const heardMs = 1000

/** A stream is made anew after this time, and one that failed is tried again: a network can lose a quiet one silently. */
const renewMs = 30_000

/** Listens to an Engine's events. `forget`: what they make untrue; all of it whenever they may have been missed. */
export function openEar(
  engine: Engine,
  deadlineMs: number,
  forget: (changed: readonly (Subject['of'] | Subject)[] | 'all') => void,
) {
  let stream: Promise<Answer<Listening>> | null = null
  let begunAt = 0
  let asking: Promise<Answer<unknown>> | null = null
  let heardAt = Number.NEGATIVE_INFINITY
  let closed = false

  const heard = (): void => void (heardAt = performance.now())
  const end = (): void => {
    const before = stream
    stream = null
    forget('all')
    void before?.then(answer => answer.ok && answer.value.end())
  }
  const begin = (): Promise<Answer<Listening>> => {
    begunAt = performance.now()
    const begun = listen(
      engine,
      deadlineMs,
      changed => (heard(), forget(changed)),
      () => void (stream === begun && end()),
    )
    return begun
  }
  const isThere = (): Promise<Answer<unknown>> =>
    (asking ??= engine
      .call('ask whether it is there', docker => docker.ping(), deadlineMs)
      .finally(() => (asking = null)))

  return {
    heard,
    /** A fault: the Engine gives no answer. `deaf`: it answers, and its events cannot be heard. */
    listens: async (): Promise<Answer<'hears' | 'deaf'>> => {
      if (stream !== null && performance.now() - begunAt >= renewMs) end()
      const began = stream ?? begin()
      stream = began
      const hears = await began
      if (closed) end()
      if (performance.now() - heardAt >= heardMs) {
        const there = await isThere()
        if (!there.ok) {
          if (stream === began) end()
          return there
        }
        heard()
      }
      // A stream that ended meanwhile tells nobody of what changes until the next one is up.
      return { ok: true, status: 200, value: hears.ok && stream === began ? 'hears' : 'deaf' }
    },
    close: (): void => {
      closed = true
      end()
    },
  }
}
