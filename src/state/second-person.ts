import type { Manifest } from './manifest.ts'
import { isDestructive, type Plan } from './plan.ts'
import type { RunState } from './run-state.ts'

/** Whether one approval is not enough for this plan. */
export function wantsSecondPerson(manifest: Pick<Manifest, 'secondPerson'> | undefined, plan: Plan): boolean {
  const which = manifest?.secondPerson
  return which === 'always' || (which === 'destructive' && isDestructive(plan))
}

/** What a run that one person approved waits for. */
export function secondPersonWords({ plan, run }: Pick<RunState, 'plan' | 'run'>): string {
  return `a second person approves it too, from another account than ${plan?.signed?.by ?? ''}'s: astern approve ${run?.id ?? ''}`
}
