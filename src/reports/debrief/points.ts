import type { Score } from '../../state/drill/score/score.ts'
import { row, table, type Section } from '../block.ts'
import { sinceText } from './words.ts'

/** Every point that was taken, with its reason. Together with what is left they are a hundred. */
export function pointsSection({ points, first }: Score): Section {
  const { left, why, deductions } = points
  const title = 'Points'
  if (left === null) return { title, blocks: [{ kind: 'text', text: `No points are given: ${why ?? ''}.` }] }
  const rows = deductions.map(({ what, cost, points: taken, at }) => {
    const short = taken < cost ? ` (its price is ${cost}; no more was left to take)` : ''
    return row([`-${taken}`, `${what}${short}`, at === null ? '' : sinceText(first?.at ?? null, at)], 'warn')
  })
  const sum = row([String(left), 'left of 100', ''], left === 100 ? 'good' : 'plain')
  return { title, blocks: [table(['points', 'why', 'since the first fault'], [...rows, sum])] }
}
