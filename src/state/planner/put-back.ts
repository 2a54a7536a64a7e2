import { instanceKey, type Instance, type InstanceKey } from '../facts.ts'
import type { Plan, Step } from '../plan.ts'
import type { RunState } from '../run-state.ts'
import { isPast } from '../steps.ts'
import { criticalPath } from './estimate.ts'
import { latestDone, undoing, type RevisionInput } from './revision.ts'
import { instanceOf } from './steps.ts'

/** Why one service cannot be put back by itself now; null: it can. */
export function whyNotPutBack(plan: Plan, steps: RunState['steps'], step: string): string | null {
  const of = plan.steps.find(({ id }) => id === step)
  const instance = of === undefined ? null : instanceOf(of)
  if (instance === null) return `${step} is about no service on a host: nothing to put back there.`
  const { service, host } = instance
  if (plan.putBack?.includes(instanceKey(instance)) === true)
    return `This plan puts ${service} on ${host} back already: retry what failed of that, or undo all.`
  const keys = bound(plan, instanceKey(instance))
  const own = plan.steps.filter(one => isOf(keys, one))
  if (latestDone(own, steps).length === 0) return `Nothing was done yet to ${service} on ${host}.`
  const schema = plan.steps.find(one => one.phase === 4 && one.risk === 'destructive' && !isPast(steps[one.id]))
  return schema === undefined
    ? null
    : `${schema.title} is still to be done, with ${service} stopped: retry, or undo all.`
}

/**
 * One service on one host, and what shares its network, as it was before the run; the rest of the plan goes on, and what waited
 * for it waits until it is back.
 */
export function planPutBack(
  { plan, steps, revision }: RevisionInput,
  of: Instance,
): { readonly plan: Plan; readonly diff: readonly string[] } {
  const keys = bound(plan, instanceKey(of))
  const own = plan.steps.filter(one => isOf(keys, one))
  const back = undoing(plan, latestDone(own, steps), revision)
  const gone = new Set(own.map(({ id }) => id))
  const last = back.at(-1)?.id
  const kept = plan.steps.filter(({ id }) => !gone.has(id)).map(one => ({ ...one, needs: onward(one, gone, last) }))
  const all = [...back, ...kept]
  const putBack = [...(plan.putBack ?? []), ...[...keys].sort()]
  const revised: Plan = {
    ...plan,
    steps: all,
    changes: plan.changes.filter(({ instance }) => !keys.has(instance)),
    putBack,
    warnings: [
      `${putBack.join(', ')} ${putBack.length === 1 ? 'runs' : 'run'} ${plan.from} again, with the fault that started this, beside ${plan.target.version} elsewhere`,
      ...(plan.migrations.length === 0
        ? []
        : [`the schema is that of ${plan.target.version}: ${plan.from} may not run on it`]),
    ],
    estimateMs: criticalPath(all.filter(({ id }) => !isPast(steps[id]))),
    typed: { environment: plan.typed.environment, databases: [] },
  }
  const left = own.filter(({ id }) => !isPast(steps[id]))
  return { plan: revised, diff: [...left.map(({ title }) => `- ${title}`), ...back.map(({ title }) => `+ ${title}`)] }
}

function onward({ needs }: Step, gone: ReadonlySet<string>, last: string | undefined): readonly string[] {
  const kept = needs.filter(need => !gone.has(need))
  return kept.length === needs.length || last === undefined ? kept : [...kept, last]
}

/** It, and every container that is bound to it: they are made anew with it. */
function bound(plan: Plan, key: InstanceKey): ReadonlySet<InstanceKey> {
  const keys = new Set([key])
  const points = plan.steps.filter(({ command }) => command.kind === 'service.point')
  for (let grew = true; grew; ) {
    const ids = new Set(points.filter(one => isOf(keys, one)).map(({ id }) => id))
    const more = points.filter(one => !isOf(keys, one) && one.needs.some(need => ids.has(need)))
    for (const one of more) {
      const instance = instanceOf(one)
      if (instance !== null) keys.add(instanceKey(instance))
    }
    grew = more.length > 0
  }
  return keys
}

function isOf(keys: ReadonlySet<InstanceKey>, step: Step): boolean {
  const instance = instanceOf(step)
  return instance !== null && keys.has(instanceKey(instance))
}
