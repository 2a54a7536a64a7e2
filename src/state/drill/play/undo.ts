import { plusMs } from '../../times.ts'
import type { Step } from '../../plan.ts'
import type { RunState, StepState } from '../../run-state.ts'
import type { Work } from '../../work.ts'
import type { InjectFault } from '../command.ts'
import { reachOf } from '../rules/reach.ts'
import { injectedFaults, injectId, isThere, undoId, undoStep } from './steps.ts'

/** What cannot be taken back is tried so often; then it is told of, and left to its own expiry. */
export const undoAttempts = 5

const firstWaitMs = 2_000

/**
 * What is still to be done until everything that was put at targets is taken back, or was tried often enough: what is not at the same
 * target at once, and there the newest first, since an older one may lie below it.
 */
export function undoing(state: RunState, now: string): { readonly over: boolean; readonly works: readonly Work[] } {
  const faults = injectedFaults(state)
  const open = faults.filter(fault => !isOver(state, fault))
  const free = open.filter(
    fault =>
      !faults
        .slice(0, faults.indexOf(fault))
        .some(newer => !wasTried(state, newer) && lieTogether(state, newer, fault)),
  )
  return { over: open.length === 0, works: free.flatMap(fault => undoWork(state, fault, now)) }
}

function wasTried(state: RunState, fault: InjectFault): boolean {
  const undo = state.steps[undoId(fault.inject)]
  return undo !== undefined && (isThere(undo) || isStuck(undo) || undo.attempt > 1)
}

/** What a team's own command reaches nobody can tell: it may lie below all that came later. */
function lieTogether({ run }: RunState, one: InjectFault, other: InjectFault): boolean {
  if (run === null) return false
  if ([one, other].some(({ target }) => target.kind === 'command')) return true
  const there = new Set(reachOf(one.target, run.manifest).map(String))
  return reachOf(other.target, run.manifest).some(each => there.has(String(each)))
}

/** What was not taken back, or of what nobody knows whether it was. */
export function notTakenBack(state: RunState): readonly InjectFault[] {
  return injectedFaults(state).filter(fault => !isTakenBack(state, fault))
}

function isTakenBack(state: RunState, { inject }: InjectFault): boolean {
  const undo = state.steps[undoId(inject)]
  return undo !== undefined && isThere(undo) && !isOutdated(state, inject, undo)
}

/** Something was heard of it after it was taken back: a late answer, and what failed may have been put there all the same. */
function isOutdated(state: RunState, inject: string, undo: StepState): boolean {
  const put = state.steps[injectId(inject)]
  return put !== undefined && put.status !== 'waiting' && put.seq > undo.seq
}

function isOver(state: RunState, fault: InjectFault): boolean {
  const undo = state.steps[undoId(fault.inject)]
  return isTakenBack(state, fault) || (undo !== undefined && isStuck(undo) && undo.attempt >= undoAttempts)
}

/** It failed, or nobody could see whether it was done. It may be tried again: what is not there any more is taken back already. */
function isStuck({ status, unknown }: StepState): boolean {
  return status === 'failed' || (status === 'unknown' && unknown !== null && unknown.probe !== null)
}

function undoWork(state: RunState, fault: InjectFault, now: string): readonly Work[] {
  const step = undoStep(fault)
  const undo = state.steps[step.id]
  // Of what is being put there, the answer is awaited first: else it could come after.
  if (state.steps[injectId(fault.inject)]?.status === 'running') return []
  if (undo === undefined || undo.status === 'waiting') return [attemptOf(state, step)]
  if (undo.status === 'unknown' && undo.unknown?.probe == null) return [lookAt(step, undo)]
  if (isStuck(undo) ? now < againAt(undo) : !isThere(undo)) return []
  return [retry(undo)]
}

/** 2 s, 4 s, 8 s, 16 s after it was tried. */
function againAt({ attempt, settledAt, begunAt }: StepState): string {
  const tried = settledAt ?? begunAt
  return tried === null ? '' : plusMs(tried, firstWaitMs * 2 ** Math.max(0, attempt - 1))
}

/** By its attempt: one that never answers does not keep the next from being tried. */
export function attemptOf(state: RunState, step: Step): Work {
  return { id: `step ${step.id} ${(state.steps[step.id]?.attempt ?? 0) + 1}`, kind: 'step', step }
}

export function lookAt(step: Step, { attempt }: StepState): Work {
  return { id: `look ${step.id} ${attempt}`, kind: 'look', step }
}

export function retry({ id, attempt }: StepState): Work {
  return { id: `retry ${id} ${attempt}`, kind: 'record', events: [{ kind: 'step.retried', step: id }] }
}
