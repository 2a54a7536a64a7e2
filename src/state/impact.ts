import type { Stage } from './event.ts'
import type { RunState, Samples } from './run-state.ts'
import { betweenMs } from './times.ts'

/** What users met at one address that they reach. `downMs`: until the last line of the journal. */
export type Impact = {
  readonly name: string
  readonly by: Readonly<Record<Stage, Samples>>
  readonly downMs: number
}

export function impactOf(state: RunState): readonly Impact[] {
  const none = { samples: 0, failures: 0, latencyMs: null }
  return Object.keys(state.run?.manifest.impact ?? {}).map(name => {
    const key = `users:${name}`
    const { ms, since } = state.down[key] ?? { ms: 0, since: null }
    return {
      name,
      by: state.sums[key] ?? { before: none, during: none, after: none },
      downMs: ms + (since === null ? 0 : betweenMs(since, state.closed?.at ?? state.at)),
    }
  })
}

/** `99.2 %`; null: nobody asked. Never more than is so: 100 % is all of it. */
export function availability({ samples, failures }: Samples): string | null {
  if (samples === 0) return null
  const share = Math.floor((1000 * (samples - failures)) / samples) / 10
  return `${share} %`
}
