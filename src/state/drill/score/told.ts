import { attemptsOf } from '../../attempts.ts'
import { betweenMs } from '../../times.ts'
import type { Journaled } from './journaled.ts'

/** When messages went out, oldest first. */
export function toldAt(played: readonly Journaled[], from: string): readonly string[] {
  return played
    .flatMap(({ lines }) => attemptsOf(lines))
    .flatMap(({ step, outcome, endedAt }) => {
      const isSent = step.startsWith('message.') && (outcome === 'ok' || outcome === 'already')
      return isSent && endedAt !== null && endedAt >= from ? [endedAt] : []
    })
    .sort()
}

export type Silence = { readonly from: string; readonly to: string; readonly ms: number }

/** The longest time without a message between two moments. Null: there was none at all. */
export function longestSilence(told: readonly string[], from: string, until: string): Silence | null {
  const within = told.filter(at => at <= until)
  if (within.length === 0) return null
  const stops = [from, ...within, until]
  const gaps = stops.slice(1).map((to, index): Silence => {
    const start = stops[index] ?? from
    return { from: start, to, ms: betweenMs(start, to) }
  })
  return gaps.reduce((longest, gap) => (gap.ms > longest.ms ? gap : longest))
}
