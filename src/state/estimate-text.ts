import type { Estimated, Step } from './plan.ts'
import { rowsText } from './rehearsal-lines.ts'
import { clockText, spanText, whenText } from './times.ts'

/** `0:41, 0:38 to 1:10 in 4 runs`; what is only the planner's own says so. */
export function estimateText({ estimateMs, estimated }: Pick<Step, 'estimateMs' | 'estimated'>): string {
  if (estimated === undefined) return `${spanText(estimateMs)} by its kind`
  if (estimated.from === 'rehearsal') return `${spanText(estimateMs)}, ${spreadText(estimated)}`
  const written = estimated.mostMs < 10_000 ? spanText : clockText
  return `${written(estimateMs)}, ${spreadText(estimated)}`
}

/** `0:38 to 1:10 in 4 runs`, beside the estimate itself. */
export function spreadText(estimated: Estimated): string {
  if (estimated.from === 'rehearsal') return `rehearsed ${whenText(estimated.at)} on ${rowsText(estimated.rows)} rows`
  const { runs, leastMs, mostMs, scaled } = estimated
  const written = mostMs < 10_000 ? spanText : clockText
  const sized = scaled === true ? ', by its rows' : ''
  return runs === 1 ? `as in 1 run${sized}` : `${written(leastMs)} to ${written(mostMs)} in ${runs} runs${sized}`
}
