import type { Spec } from './api.ts'

/** How many tasks a service had before Astern stopped it; `global`: it is one of a task per node. */
export const parkedLabel = 'com.github.astern.replicas'

/** No node has this id, so that no node takes a task. */
const nowhere = 'node.id==stopped-by-astern'

/** Null: one task for each node that takes it. */
export function desiredOf({ Mode, TaskTemplate }: Spec): number | null {
  if (Mode.Replicated !== undefined) return Mode.Replicated.Replicas ?? 1
  return (TaskTemplate.Placement?.Constraints ?? []).includes(nowhere) ? 0 : null
}

/** Neither is a job, which ends by itself and has nothing to keep running. */
export function isLasting({ Mode }: Spec): boolean {
  return Mode.Replicated !== undefined || Mode.Global !== undefined
}

export function isParked({ Labels }: Spec): boolean {
  return Labels?.[parkedLabel] !== undefined
}

/** The spec with no task to run, and with what it takes to bring them back. One that is parked stays as it is. */
export function parked(spec: Spec): Spec {
  const replicas = spec.Mode.Replicated?.Replicas ?? 1
  if (isParked(spec) && desiredOf(spec) === 0) return spec
  const before = spec.Labels?.[parkedLabel]
  if (spec.Mode.Replicated !== undefined)
    return replicas === 0
      ? spec
      : {
          ...spec,
          Labels: { ...spec.Labels, [parkedLabel]: String(replicas) },
          Mode: { Replicated: { ...spec.Mode.Replicated, Replicas: 0 } },
        }
  return {
    ...withConstraints(spec, [...constraintsOf(spec), nowhere]),
    Labels: { ...spec.Labels, [parkedLabel]: before ?? 'global' },
  }
}

/** The spec with its tasks back, if Astern parked it. */
export function restored(spec: Spec): Spec {
  const { [parkedLabel]: before, ...Labels } = spec.Labels ?? {}
  if (before === undefined) return spec
  if (spec.Mode.Replicated === undefined)
    return {
      ...withConstraints(
        spec,
        constraintsOf(spec).filter(one => one !== nowhere),
      ),
      Labels,
    }
  const replicas = /^\d+$/.test(before) ? Number(before) : 1
  const now = spec.Mode.Replicated.Replicas ?? 0
  // Somebody scaled it meanwhile: that number is a person's.
  return { ...spec, Labels, Mode: { Replicated: { ...spec.Mode.Replicated, Replicas: now === 0 ? replicas : now } } }
}

function constraintsOf({ TaskTemplate }: Spec): readonly string[] {
  return TaskTemplate.Placement?.Constraints ?? []
}

function withConstraints(spec: Spec, Constraints: readonly string[]): Spec {
  const { Placement } = spec.TaskTemplate
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, Placement: { ...Placement, Constraints } } }
}
