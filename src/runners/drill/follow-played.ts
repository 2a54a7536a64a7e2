import type { Line } from '../../state/event.ts'
import { notBegun } from '../../state/drill/play/drill-state.ts'
import { follow, isNews, type PlayedEvent } from '../../state/drill/play/following.ts'
import { initialState } from '../../state/reduce.ts'
import type { RunState } from '../../state/run-state.ts'

/** Follows every run that names this drill, from its first line on, until it is aborted. */
export type PlayedLines = (onLines: (run: string, lines: readonly Line[]) => void, signal: AbortSignal) => Promise<void>

export type FollowMeans = {
  readonly played: PlayedLines
  /** Of the drill. */
  readonly state: () => RunState
  readonly onEvents: (events: readonly PlayedEvent[]) => void
  readonly signal: AbortSignal
}

/** What happens in the runs that are played, told once each to the drill they are played in. */
export function followPlayed({ played, state, onEvents, signal }: FollowMeans): Promise<void> {
  const runs = new Map<string, RunState>()
  // What is on its way to the journal is no news either.
  const told = new Set<string>()
  const take = (run: string, lines: readonly Line[]): void => {
    const found: PlayedEvent[] = []
    for (const line of lines) {
      const { after, events } = follow(runs.get(run) ?? initialState, line)
      runs.set(run, after)
      found.push(...events)
    }
    const news = found.filter(event => {
      const key = JSON.stringify(event)
      if (told.has(key) || !isNews(state().drill ?? notBegun, event)) return false
      told.add(key)
      return true
    })
    if (news.length > 0) onEvents(news)
  }
  return played(take, signal)
}
