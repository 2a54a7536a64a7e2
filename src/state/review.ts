import type { RunState } from './run-state.ts'

/** What an invitation says of a post-mortem: when it is, who leads it, or that it is not. */
export type Booking = {
  readonly at: string
  readonly owner: string
  /** The same UID for good: what has a higher number moves what has a lower. */
  readonly sequence: number
  readonly isCancelled?: boolean
}

/** By a person, and lessons have named no time since. */
export function isCalledOff({ last }: RunState): boolean {
  return (last['review.withdrawn'] ?? 0) > (last['lessons.added'] ?? 0)
}

/** What is to be said of the post-mortem, and has not been: that it is, or is at another time or with another owner; or that it is not. */
export function reviewDue(state: RunState): 'book' | 'cancel' | null {
  const { lessons, review } = state
  if (isCalledOff(state)) return review === null ? null : 'cancel'
  if (lessons === null) return null
  return review === null || review.at !== lessons.reviewAt || review.owner !== lessons.owner ? 'book' : null
}

/** Of the next invitation: calendars take none whose number is not higher. */
export function nextSequence({ review, calledOff }: RunState): number {
  return ((review ?? calledOff?.told)?.sequence ?? -1) + 1
}
