import type { Step } from './plan.ts'

/** When a step would begin and end, in milliseconds after the first one, were each as long as it is estimated. */
export type Slot = {
  readonly step: Step
  readonly fromMs: number
  readonly toMs: number
  /** On the longest chain: later by a second, and all ends later by a second. */
  readonly critical: boolean
  /** How many steps must have ended before it, one after the other: its wave. */
  readonly wave: number
}

/** Each step as early as its needs let it begin, in the plan's order. Needs that the plan does not have count as met. */
export function scheduleOf(steps: readonly Step[]): readonly Slot[] {
  const early = new Map<string, { readonly fromMs: number; readonly toMs: number; readonly wave: number }>()
  const byId = new Map(steps.map(step => [step.id, step]))
  const place = (step: Step): { readonly fromMs: number; readonly toMs: number; readonly wave: number } => {
    const known = early.get(step.id)
    if (known !== undefined) return known
    const before = step.needs.flatMap(id => byId.get(id) ?? []).map(place)
    const fromMs = Math.max(0, ...before.map(({ toMs }) => toMs))
    const placed = { fromMs, toMs: fromMs + step.estimateMs, wave: Math.max(-1, ...before.map(({ wave }) => wave)) + 1 }
    early.set(step.id, placed)
    return placed
  }
  const placed = steps.map(step => ({ step, ...place(step) }))
  const critical = longest(placed)
  return placed.map(slot => ({ ...slot, critical: critical.has(slot.step.id) }))
}

/** Back from the end: of what a step waited for, whatever ended last. */
function longest(slots: readonly Omit<Slot, 'critical'>[]): ReadonlySet<string> {
  const byId = new Map(slots.map(slot => [slot.step.id, slot]))
  const end = Math.max(0, ...slots.map(({ toMs }) => toMs))
  // Many may have waited for the same one: a set has it once, and grows while it is gone through.
  const on = new Set(slots.filter(({ toMs }) => toMs === end))
  for (const { step, fromMs } of on)
    for (const before of step.needs.flatMap(id => byId.get(id) ?? [])) if (before.toMs === fromMs) on.add(before)
  return new Set([...on].map(({ step: { id } }) => id))
}
