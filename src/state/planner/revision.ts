import type { Plan, Step } from '../plan.ts'
import type { RunState } from '../run-state.ts'
import { describe, type Command } from '../command.ts'
import { criticalPath } from './estimate.ts'
import { step } from './steps.ts'

export type RevisionInput = { readonly plan: Plan; readonly steps: RunState['steps']; readonly revision: number }

/**
 * The way back in the middle of a run: what settled well is undone, latest first, and what was put back is seen to be
 * healthy. Statements already run in a database have no undo here: the revised plan says so and does not pretend.
 */
export function planRevision({ plan, steps, revision }: RevisionInput): {
  readonly plan: Plan
  readonly diff: readonly string[]
} {
  const done = plan.steps
    .filter(
      one =>
        steps[one.id]?.status === 'ok' ||
        isHalfUpdated(one.command, steps[one.id]) ||
        isBeside(plan, one, steps[one.id]),
    )
    .sort((a, b) => (steps[b.id]?.seq ?? 0) - (steps[a.id]?.seq ?? 0))
  const undone: Step[] = []
  for (const { id, phase, undo } of done) {
    if (undo === null) continue
    const last = undone.at(-1)
    undone.push(
      step(`${id}.undo${revision}`, phase, undo, last === undefined ? [] : [last.id], {
        risk: 'disruptive',
        deadlineMs: undo.kind === 'service.update' ? undo.followMs + 30_000 : 90_000,
      }),
    )
    const health = healthAfter(undo, `${id}.undo${revision}`, plan)
    if (health !== null) undone.push(health)
  }
  const stuck = done.filter(({ command }) => command.kind === 'database.statement')
  const blockers =
    stuck.length === 0
      ? []
      : [
          `${stuck.length} statements have run in a database (${stuck.map(({ id }) => id).join(', ')}): finish the rollback and go back with astern undo, or restore the safety copy by hand`,
        ]
  const removed = plan.steps.filter(({ id }) => !['ok', 'already', 'skipped'].includes(steps[id]?.status ?? 'waiting'))
  const revised: Plan = {
    ...plan,
    purpose: { kind: 'revision', of: plan.target.version, why: 'undo what was done' },
    order: 'services only',
    orderReason: 'What was done is undone, latest first.',
    steps: undone,
    changes: plan.changes.map(change => ({ ...change, from: change.to, to: change.from ?? change.to })),
    migrations: [],
    atRisk: [],
    warnings: [`afterwards ${plan.from} runs again, with the fault that started this`],
    blockers,
    pointOfNoReturn: null,
    estimateMs: criticalPath(undone),
    typed: { environment: plan.typed.environment, databases: [] },
  }
  return {
    plan: revised,
    diff: [...removed.map(({ title }) => `- ${title}`), ...undone.map(({ title }) => `+ ${title}`)],
  }
}

/** An update that was begun and did not end well stands half-way, some tasks on each release. */
function isHalfUpdated(command: Command, is: RunState['steps'][string] | undefined): boolean {
  return command.kind === 'service.update' && is !== undefined && is.attempt > 0 && is.status !== 'already'
}

/**
 * Of what was started beside: what did not stay up still stands there, and what took its place ran already when its start
 * was looked at.
 */
function isBeside(plan: Plan, { command }: Step, now: RunState['steps'][string] | undefined): boolean {
  if (command.kind === 'service.beside') return now?.status === 'failed'
  if (command.kind !== 'service.start' || now?.status !== 'already') return false
  const { service, host } = command
  return plan.steps.some(
    ({ command: other }) =>
      other.kind === 'service.point' && other.beside === true && other.service === service && other.host === host,
  )
}

function healthAfter(undo: Command, id: string, plan: Plan): Step | null {
  if (undo.kind !== 'service.start' && undo.kind !== 'service.update') return null
  const { service, host, release } = undo
  const like = plan.steps.find(
    ({ command }) => command.kind === 'service.health' && command.service === service && command.host === host,
  )
  const command = { kind: 'service.health', service, host, release } as const
  return step(`${id}.health`, 3, command, [id], {
    title: describe(command),
    deadlineMs: like?.deadlineMs ?? 130_000,
    estimateMs: like?.estimateMs ?? 5000,
  })
}
