import { isOver } from './is-drill.ts'
import { drillText } from './play/lines.ts'
import { justSaid, shownMs, unanswered } from './said.ts'
import type { RunState } from '../run-state.ts'
import { betweenMs } from '../times.ts'

/** `asks`: somebody waits for an answer to it. */
export type DrillNews = { readonly asks: boolean; readonly text: string }

/** What has just happened in the drill that whoever plays it has to know; null: nothing. What they may not know is not in it. */
export function drillNews(drill: RunState | null, now: string): DrillNews | null {
  const ending = drill?.drill?.ending ?? null
  if (drill !== null && ending !== null)
    return isOver(drill) || betweenMs(ending.at, now) > shownMs ? null : { asks: false, text: endingText(ending) }
  const asked = unanswered(drill).findLast(({ at }) => betweenMs(at, now) <= shownMs)
  if (asked !== undefined) return { asks: true, text: `Asked in the drill: ${asked.text}` }
  const said = justSaid(drill, now)
  if (said === null) return null
  const { text, answered, wantsAnswer } = said
  if (answered !== null) return { asks: false, text: `Answered by ${answered.by}: ${answered.text}` }
  return wantsAnswer ? null : { asks: false, text: `Said in the drill: ${text}` }
}

type Ending = NonNullable<NonNullable<RunState['drill']>['ending']>

export function endingText({ why, words }: Ending): string {
  const { text } = drillText({ kind: 'drill.ending', why, words })
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. What was hurt on purpose is put right.`
}
