import type { Line, RunEvent } from './event.ts'
import type { RunState, StepState } from './run-state.ts'
import { freshStep } from './reduce-step.ts'
import { planDiff } from './plan-diff.ts'
import type { Chosen, Plan, PlanOptions } from './plan.ts'

type PlanEvent = Extract<RunEvent, { kind: `plan.${string}` }>

/** A revised plan replaces the one before it and wants its own approval; steps already settled keep what they are. */
export function reducePlan(state: RunState, event: PlanEvent, line: Line): Partial<RunState> {
  switch (event.kind) {
    case 'plan.proposed': {
      const diff = state.withdrawn === undefined ? [] : planDiff(state.withdrawn, event.plan)
      return proposed(state, event.plan, event.hash, 1, diff, null, line)
    }
    case 'plan.revised': {
      const revision = (state.plan?.revision ?? 0) + 1
      return proposed(state, event.plan, event.hash, revision, event.diff, event.why, line)
    }
    case 'plan.failed':
      return { planFault: event.fault, plan: null }
    case 'plan.withdrawn':
      return { plan: null, planFault: null, ...withdrawn(state), ...chosen(state, event) }
    case 'plan.signed':
    case 'plan.approved': {
      const { plan } = state
      if (plan === null || plan.hash !== event.hash) return {}
      const { name: by, uid } = line.actor
      const own = { by, at: line.ts, typed: event.typed, unattendedUntil: event.unattendedUntil }
      if (event.kind === 'plan.signed') return { plan: { ...plan, signed: { ...own, uid, seq: line.seq } } }
      if (plan.signed === null) return { plan: { ...plan, approved: own } }
      const { by: first, typed, unattendedUntil } = plan.signed
      return { plan: { ...plan, approved: { by: first, at: line.ts, typed, unattendedUntil, second: by } } }
    }
  }
}

function chosen({ run }: RunState, { configuration, restore, replay, version }: Chosen): Partial<RunState> {
  if (run === null) return {}
  const made = replayed(restored(configured(run.options, configuration), restore), replay)
  const options = version === undefined ? made : { ...made, version }
  return { run: { ...run, options } }
}

/** What the next one is told against. Where none could be made in between, this is still the one that was read. */
function withdrawn({ plan }: RunState): Partial<RunState> {
  return plan === null ? {} : { withdrawn: plan.plan }
}

function configured(options: PlanOptions, which: Chosen['configuration']): PlanOptions {
  if (which === undefined) return options
  const { configuration: _, ...others } = options
  return which === 'recorded' ? { ...others, configuration: which } : others
}

function restored(options: PlanOptions, which: Chosen['restore']): PlanOptions {
  if (which === undefined) return options
  const { restore: _, ...others } = options
  return which === 'newest' ? { ...others, restore: { backup: null, salvage: true } } : others
}

function replayed(options: PlanOptions, which: Chosen['replay']): PlanOptions {
  if (which === undefined || options.restore === undefined) return options
  const { replay: _, ...others } = options.restore
  return { ...options, restore: which === 'all' ? { ...others, replay: { until: null } } : others }
}

function proposed(
  state: RunState,
  plan: Plan,
  hash: string,
  revision: number,
  diff: readonly string[],
  why: string | null,
  line: Line,
): Partial<RunState> {
  const steps: Record<string, StepState> = { ...state.steps }
  for (const step of plan.steps) steps[step.id] ??= freshStep(step.id, line.seq)
  return {
    plan: { plan, hash, revision, diff, why, proposedSeq: line.seq, signed: null, approved: null },
    planFault: null,
    steps,
    accepted: null,
    suites: { ...state.suites, after: null },
  }
}
