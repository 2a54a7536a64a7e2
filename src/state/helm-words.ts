import { answerDue, isUnanswered } from './helm.ts'
import type { RunState } from './run-state.ts'
import { betweenMs, clockText } from './times.ts'

/** For how long whoever was told no is shown it. */
const keptShownMs = 60_000

/** What this console's person has to know of a helm that was asked for; null: nothing. */
export function helmWords({ helm, closed }: RunState, console: string, now: string): string | null {
  const { holder, asked, kept } = helm
  if (holder === null || closed !== null) return null
  if (asked !== undefined && holder.console === console) {
    const why = asked.reason === null ? '' : `: ${asked.reason}`
    const left = isUnanswered(asked, now)
      ? ' and may take it now'
      : `, ${clockText(betweenMs(now, answerDue(asked)))} left to answer`
    return `${asked.name} asks for the helm${left}${why}`
  }
  if (asked?.console === console)
    return isUnanswered(asked, now)
      ? `${holder.name} gave no answer: take the helm, no reason is needed.`
      : `${holder.name} was asked for the helm, ${clockText(betweenMs(now, answerDue(asked)))} left to answer.`
  if (kept?.console !== console || betweenMs(kept.at, now) > keptShownMs) return null
  return `${kept.by} keeps the helm${kept.word === null ? '.' : `: ${kept.word}`}`
}

/** Whether this console is asked for the helm, and by which. */
export function askedOf({ helm: { holder, asked } }: RunState, console: string): string | null {
  return asked !== undefined && holder?.console === console ? asked.console : null
}
