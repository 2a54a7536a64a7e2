import type { Plan, Step } from '../plan.ts'
import type { RunState } from '../run-state.ts'
import { describe, type Command } from '../command.ts'
import { instanceKey } from '../facts.ts'
import { isFlashback } from '../flashback-command.ts'
import { isRestore } from '../restore-command.ts'
import { isPast } from '../steps.ts'
import { restoreMs } from './restore-steps.ts'
import { criticalPath } from './estimate.ts'
import { callsMs, instanceOf, step } from './steps.ts'

export type RevisionInput = { readonly plan: Plan; readonly steps: RunState['steps']; readonly revision: number }

/**
 * The way back in the middle of a run: what settled well is undone, latest first, and what was put back is seen to be
 * healthy. Statements already run in a database have no undo here: the revised plan says so and does not pretend.
 */
export function planRevision({ plan, steps, revision }: RevisionInput): {
  readonly plan: Plan
  readonly diff: readonly string[]
} {
  const done = latestDone(plan.steps, steps)
  const halfWay = plan.steps.filter(one => isPuttingBack(plan, one) && !isPast(steps[one.id]))
  const added = undoing(plan, done, revision)
  const undone = inTurn([...halfWay.map(one => ({ ...one, id: againId(one.id, revision) })), ...added])
  const stuck = done.filter(({ command }) => isWork(command))
  const blockers = [...statementBlockers(stuck), ...openedBlockers(done)]
  const removed = plan.steps.filter(one => !isPast(steps[one.id]) && !halfWay.includes(one))
  const { putBack: _, ...before } = plan
  const revised: Plan = {
    ...before,
    purpose: { kind: 'revision', of: plan.target.version, why: 'undo what was done' },
    order: 'services only',
    orderReason: 'What was done is undone, latest first.',
    steps: undone,
    changes: [
      ...plan.changes.map(change => ({ ...change, from: change.to, to: change.from ?? change.to })),
      ...changesPutBack(plan),
    ],
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
    diff: [...removed.map(({ title }) => `- ${title}`), ...added.map(({ title }) => `+ ${title}`)],
  }
}

/** By a plan before this one, of one service alone: that is not undone, but brought to its end. */
function isPuttingBack({ putBack = [] }: Plan, one: Step): boolean {
  const instance = instanceOf(one)
  return instance !== null && putBack.includes(instanceKey(instance))
}

/** A step that failed stays failed under its id: what is done in its place has one of its own. */
function againId(id: string, revision: number): string {
  return id.replace(/\.undo\d+/, `.undo${revision}`)
}

/** What was put back by itself is what it was before the run, as all else is once all is undone. */
function changesPutBack(plan: Plan): Plan['changes'] {
  return (plan.putBack ?? []).map(instance => {
    const { release: from = plan.target.version, digest = '' } = plan.target.services[instance] ?? {}
    const starts = plan.steps.flatMap(({ command }) =>
      (command.kind === 'service.start' || command.kind === 'service.update') && instanceKey(command) === instance
        ? [command.release]
        : [],
    )
    return { instance, from, to: starts.at(-1) ?? plan.from, digest }
  })
}

/** What settled well, or may have, latest first. */
export function latestDone(all: readonly Step[], steps: RunState['steps']): readonly Step[] {
  return all
    .filter(one => mayBeDone(one, steps[one.id]))
    .sort((a, b) => (steps[b.id]?.seq ?? 0) - (steps[a.id]?.seq ?? 0))
}

/** Steps that undo these, one after the other. */
export function undoing(plan: Plan, done: readonly Step[], revision: number): readonly Step[] {
  return inTurn(
    withReloads(
      plan,
      parentsFirst(done).flatMap(one => undoOf(plan, one, revision)),
      revision,
    ),
  )
}

function inTurn(all: readonly Step[]): readonly Step[] {
  return all.map((one, index) => ({ ...one, needs: index === 0 ? [] : [all[index - 1]?.id ?? ''] }))
}

function statementBlockers(stuck: readonly Step[]): readonly string[] {
  if (stuck.length === 0) return []
  const copied = stuck.some(({ needs }) => needs.some(need => need.endsWith('.copy')))
  return [
    `${stuck.length} statements or programs have run in a database, or may have (${stuck.map(({ id }) => id).join(', ')}): finish the rollback and go back with astern undo${copied ? ', or restore the safety copy by hand' : ''}`,
  ]
}

/** Since its writers came again, the restored tables hold what nothing else has. */
function openedBlockers(done: readonly Step[]): readonly string[] {
  return done.flatMap(({ command }) => {
    if (command.kind !== 'database.swap' || command.direction !== 'in') return []
    const { database } = command
    const opened = done.some(one => one.command.kind === 'database.unfence' && one.command.database === database)
    return opened
      ? [
          `${database} was restored, and its writers are at the restored tables again: finish the rollback and go back with astern undo, which counts and keeps what they wrote`,
        ]
      : []
  })
}

/**
 * What settled well; and of services, traffic, fences and restores whatever was begun or found so, however it ended: a failure leaves it
 * half-way, and what a lost engine did is seen as done already. Statements count as run while nobody knows.
 */
function mayBeDone({ command }: Step, is: RunState['steps'][string] | undefined): boolean {
  if (is === undefined) return false
  if (is.status === 'ok') return true
  const { kind } = command
  const wasBegun = is.command !== null
  if (kind === 'service.update') return wasBegun
  if (kind.startsWith('service.') || kind.startsWith('traffic.') || kind === 'database.fence' || isRestore(command))
    return wasBegun || is.status === 'already'
  const inDoubt = (isWork(command) || isFlashback(command)) && is.status === 'unknown'
  return wasBegun && (is.status === 'already' || inDoubt)
}

/** A migration's, in a database. */
function isWork({ kind }: Command): boolean {
  return kind === 'database.statement' || kind === 'database.program'
}

/** Latest first, but for a container that is bound to another: it is bound to what stands in that one's place by then. */
function parentsFirst(latestFirst: readonly Step[]): readonly Step[] {
  const left = [...latestFirst]
  const isPoint = ({ command }: Step): boolean => command.kind === 'service.point'
  const waits = (one: Step): boolean =>
    isPoint(one) && left.some(other => isPoint(other) && one.needs.includes(other.id))
  return latestFirst.flatMap(() =>
    left.splice(
      left.findIndex(one => !waits(one)),
      1,
    ),
  )
}

function undoOf(plan: Plan, { id, phase, undo }: Step, revision: number): readonly Step[] {
  if (undo === null) return []
  const own = `${id}.undo${revision}`
  const health = healthAfter(undo, own, plan)
  return [
    step(own, phase, undo, [], { risk: 'disruptive', deadlineMs: deadlineOf(undo, plan) }),
    ...(health === null ? [] : [health]),
  ]
}

function deadlineOf(undo: Command, plan: Plan): number {
  const usual = 90_000
  if (undo.kind === 'service.update') return undo.followMs + 30_000
  if (isRestore(undo) || isFlashback(undo)) return restoreMs
  if (undo.kind === 'service.stop' || undo.kind === 'service.withdraw') return Math.max(usual, undo.graceMs + 60_000)
  if (undo.kind === 'traffic.reload') return Math.max(usual, callsMs(undo.calls))
  return Math.max(usual, likeIn(plan, undo)?.deadlineMs ?? 0)
}

/** Whoever leads requests is told once more of an instance that came back, or of which one was taken away. */
function withReloads(plan: Plan, undone: readonly Step[], revision: number): readonly Step[] {
  const moves: readonly Command['kind'][] = ['service.start', 'service.update', 'service.withdraw']
  return undone.flatMap((one, index) => {
    const { command } = one
    const isLast = !undone.slice(index + 1).some(later => isOfSame(later.command, command))
    const moved = undone.some(({ command: other }) => moves.includes(other.kind) && isOfSame(other, command))
    const reload = plan.steps.find(({ command: other }) => other.kind === 'traffic.reload' && isOfSame(other, command))
    if (!isLast || !moved || command.kind === 'traffic.reload' || reload === undefined) return [one]
    const { phase, deadlineMs, leaves, risk } = reload
    return [one, step(`${reload.id}.undo${revision}`, phase, reload.command, [], { deadlineMs, leaves, risk })]
  })
}

function isOfSame(one: Command, other: Command): boolean {
  return 'service' in one && 'service' in other && one.service === other.service && one.host === other.host
}

function likeIn(plan: Plan, command: Command): Step | undefined {
  return plan.steps.find(({ command: other }) => other.kind === command.kind && isOfSame(other, command))
}

function healthAfter(undo: Command, id: string, plan: Plan): Step | null {
  if (undo.kind !== 'service.start' && undo.kind !== 'service.update') return null
  const { service, host, release } = undo
  const command = { kind: 'service.health', service, host, release } as const
  const like = likeIn(plan, command)
  return step(`${id}.health`, 3, command, [id], {
    title: describe(command),
    deadlineMs: like?.deadlineMs ?? 130_000,
    estimateMs: like?.estimateMs ?? 5000,
  })
}
