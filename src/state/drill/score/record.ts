import { checklist, type Item } from '../../checklist.ts'
import { rollbacks } from './decision.ts'
import type { Journaled } from './journaled.ts'

/** How complete a run's record is: of the points of the checklist that its decision asks for, those that are done. */
export type RecordScore = {
  readonly run: string
  readonly done: number
  readonly of: number
  readonly percent: number
  readonly missing: readonly Item[]
}

export function recordsOf(played: readonly Journaled[]): readonly RecordScore[] {
  return rollbacks(played).map(({ state }) => {
    const items = checklist(state).filter(({ id }) => state.decision?.choice === 'roll back' || anyway.has(id))
    const missing = items.filter(({ state: is }) => is === 'open' || is === 'red')
    const done = items.length - missing.length
    const percent = items.length === 0 ? 100 : Math.floor((100 * done) / items.length)
    return { run: state.run?.id ?? '', done, of: items.length, percent, missing }
  })
}

/** Whatever was decided: who was told, and what was written. A post-mortem is booked for rollbacks alone. */
const anyway: ReadonlySet<string> = new Set(['told', 'documented'])
