import type { Signal } from '../../state/signal.ts'

/** Long enough that a screen with many services is read and not watched flickering; a change of health is shown at once all the same. */
const bucketMs = 5000

/**
 * Latencies as a panel shows them: of each five seconds the slowest, newest last, and only of those that are over. Null: nothing
 * answered in them. Before the first are over, the last sample.
 */
export function calmLatencies(samples: readonly Sample[]): readonly (number | null)[] {
  const known = seen.get(samples) ?? calm(samples)
  seen.set(samples, known)
  return known
}

type Sample = Pick<Signal, 'at' | 'latencyMs'>

/** A thousand rows are drawn with each key, and the samples of most are what they were. */
const seen = new WeakMap<readonly Sample[], readonly (number | null)[]>()

function calm(samples: readonly Sample[]): readonly (number | null)[] {
  const buckets = new Map<number, number | null>()
  for (const { at, latencyMs } of samples) {
    const bucket = Math.floor(Date.parse(at) / bucketMs)
    const slowest = buckets.get(bucket) ?? null
    buckets.set(bucket, latencyMs === null ? slowest : Math.max(slowest ?? 0, latencyMs))
  }
  const over = [...buckets.values()].slice(0, -1)
  return over.length > 0 ? over : samples.slice(-1).map(({ latencyMs }) => latencyMs)
}
