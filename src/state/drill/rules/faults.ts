import { refusal, type DrillQuestion, type Found } from '../facts.ts'

/** Each inject can be put where it is aimed at, and ends there by itself: its target was asked before the first of them. */
export function faultRules({ scenario, seen }: Pick<DrillQuestion, 'scenario' | 'seen'>): Found {
  if (seen === null) return { refusals: [], proven: [] }
  const asked = scenario.injects.map(({ id }) => ({ id, able: seen.faults[id] }))
  const refusals = asked.flatMap(({ id, able }) => {
    if (able === undefined)
      return [refusal('inject.not-asked', `whether inject ${id} can be done was not asked`, 'Check it again.')]
    if (able.ok) return []
    const { what, next } = able.fault
    return [refusal('inject.unable', `inject ${id} cannot be done, or would not end by itself: ${what}`, next)]
  })
  const proven = asked.flatMap(({ id, able }) => (able?.ok === true ? [`inject ${id}: ${able.value}`] : []))
  return { refusals, proven: refusals.length === 0 ? proven : [] }
}
