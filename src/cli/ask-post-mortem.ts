import type { Ask } from '../state/intent.ts'
import { proposeReviewAt, zoneOf } from '../state/review-date.ts'
import type { RunState } from '../state/run-state.ts'
import { isTime } from '../state/times.ts'
import type { Asks } from './learn/ask-proposal.ts'

/** The lessons and the time of the post-mortem, as they were or as they are proposed. */
export async function askLessons(run: RunState, { asked }: Asks): Promise<Ask> {
  const { lessons: before } = run
  const lessons = await asked('Lessons so far', before?.lessons ?? '')
  const owner = await asked('Owner of the post-mortem', before?.owner ?? run.run?.by.name ?? '')
  const proposed = proposeReviewAt(run.decision?.severity ?? 'SEV-2', run.at, zoneOf(run))
  const reviewAt = await asked('When', before?.reviewAt ?? proposed)
  return { kind: 'add lessons', lessons, owner, reviewAt }
}

/** Everything is done: the last word on the post-mortem, before the run takes no more. */
export async function askClose(run: RunState, asks: Asks): Promise<Ask> {
  const { review } = run
  if (review === null) return { kind: 'close' }
  const what = `The post-mortem is on ${review.at}, ${review.owner} leads it. close (the run), move or call off (the post-mortem)`
  const chosen = await asks.asked(what, 'close')
  if (chosen === 'move') return askLessons(run, asks)
  if (chosen !== 'call off') return { kind: 'close' }
  return { kind: 'call off', reason: await asks.asked('Called off because', '') }
}

/** Of a post-mortem that was called off: a time books it once more. */
export async function askCalledOff(run: RunState, { asked }: Asks): Promise<Ask> {
  const reason = await asked('Sign it off, because (a time in UTC books it anew; empty: end short)', '')
  if (isTime(reason)) {
    const { lessons = '', owner = '' } = run.lessons ?? {}
    return { kind: 'add lessons', lessons, owner, reviewAt: reason }
  }
  return reason === ''
    ? { kind: 'stop', reason: 'no post-mortem is booked' }
    : { kind: 'sign off', item: 'review', reason }
}
