import { changesOf, rollbacks } from './decision.ts'
import type { Journaled } from './journaled.ts'

/** A rollback to a release that one before it had reached: there should have been nothing left to do. */
export type Again = { readonly run: string; readonly after: string; readonly changed: readonly string[] }

export function againIn(played: readonly Journaled[]): readonly Again[] {
  const all = rollbacks(played)
  return all.flatMap((one, index): readonly Again[] => {
    const before = all.slice(0, index).findLast(earlier => reached(earlier) && isSameWay(earlier, one))
    if (before === undefined) return []
    const changed = one.state.plan?.approved == null ? [] : changesOf(one)
    return [{ run: one.state.run?.id ?? '', after: before.state.run?.id ?? '', changed }]
  })
}

function reached({ state }: Journaled): boolean {
  return state.closed?.outcome === 'reached' && state.decision?.choice === 'roll back'
}

/** Where no plan could be made, there was nothing to go back from. */
function isSameWay(before: Journaled, now: Journaled): boolean {
  const target = now.state.plan?.plan.target.version
  return target === undefined || target === before.state.plan?.plan.target.version
}
