import type { Step } from '../plan.ts'

/** The longest chain of needs, in milliseconds. Steps stand after what they need. */
export function criticalPath(steps: readonly Step[]): number {
  const ends = new Map<string, number>()
  const byId = new Map(steps.map(step => [step.id, step]))
  const endOf = (step: Step): number => {
    const known = ends.get(step.id)
    if (known !== undefined) return known
    const begins = step.needs.map(id => byId.get(id)).filter(other => other !== undefined)
    const end = step.estimateMs + Math.max(0, ...begins.map(endOf))
    ends.set(step.id, end)
    return end
  }
  return Math.max(0, ...steps.map(endOf))
}
