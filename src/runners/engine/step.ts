import { isTry, type ActCommand, type TryCommand } from '../../state/command.ts'
import type { Probed } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import { canonical, type Json } from '../../state/json.ts'
import type { Step } from '../../state/plan.ts'
import type { Outcome } from '../../targets/outcome.ts'
import { maskBlocked } from '../masking/blocked.ts'
import type { Desk } from './desk.ts'
import { dispatch } from './dispatch.ts'
import { openEvidence, type EvidenceFile } from './evidence.ts'
import { locksAmiss, stillOurs, type Ownership } from './ownership.ts'

/**
 * One step, once: look; if it is not so already, write the intent down, act, and write down what was seen. A deadline
 * that passes means "stop waiting and look", never "failed"; the answer that comes late still settles the step. `ended`: what is tried
 * is to end.
 */
export async function runStep(desk: Desk, step: Step, ended?: AbortSignal): Promise<void> {
  const attempt = (desk.state().steps[step.id]?.attempt ?? 0) + 1
  if (step.command.kind === 'message.send' && attempt > 1) await backOff(attempt, desk.state().steps[step.id]?.observed)
  const evidence = await openEvidence(desk, step.id, attempt)
  if (isTry(step.command)) return tryStep(desk, step, step.command, attempt, evidence, ended)
  const { probe, apply } = dispatch(desk, step.command)
  const before = await probe(step.command)
  if (before.verdict === 'unclear' && step.repeat === 'by state')
    return cannotLook(desk, step, attempt, before, evidence)
  const ours = stillOurs(desk, step)
  // Also where nothing is left to do: whoever did it may have taken the run over.
  const amiss = await locksAmiss(desk, step)
  if (amiss === 'held') return
  if (amiss !== null) return cannotLook(desk, step, attempt, amiss, evidence)
  if (before.verdict === 'holds') return settle(desk, step, attempt, 'already', before, evidence)
  await actStep(desk, step, step.command, apply, attempt, evidence, ours)
}

type Apply = ReturnType<typeof dispatch>['apply']

async function actStep(
  desk: Desk,
  step: Step,
  command: ActCommand,
  apply: Apply,
  attempt: number,
  evidence: EvidenceFile,
  ours: Ownership,
): Promise<void> {
  const { epoch } = desk.state().helm
  const who = desk.state().helm.holder?.name ?? desk.state().run?.by.name ?? 'astern'
  desk.crash('before-intent', step.id)
  const permit = await desk.journal.begin({ id: step.id, command, repeat: step.repeat }, attempt, epoch, who, ours.asks)
  desk.crash('after-intent', step.id)
  const outcome = apply(command, permit.permit, evidence.line).then(done => {
    desk.crash('after-effect', step.id)
    return !done.ok && ours.lost() !== null ? { ...done, unknown: true as const } : done
  })
  await finish(desk, step, attempt, outcome, evidence)
  const lost = ours.lost()
  if (lost !== null) await desk.write([{ kind: 'held', reason: lost, by: 'engine' }])
}

async function tryStep(
  desk: Desk,
  step: Step,
  command: TryCommand,
  attempt: number,
  evidence: EvidenceFile,
  ended?: AbortSignal,
): Promise<void> {
  const { epoch } = desk.state().helm
  desk.crash('before-intent', step.id)
  const commandHash = desk.hash(canonical(command))
  await desk.write([{ kind: 'step.begun', step: step.id, attempt, command, commandHash, repeat: step.repeat, epoch }])
  desk.crash('after-intent', step.id)
  const deadline = AbortSignal.timeout(step.deadlineMs)
  const signal = ended === undefined ? deadline : AbortSignal.any([deadline, ended])
  const outcome = dispatch(desk, command).attempt(command, evidence.line, signal)
  await finish(desk, step, attempt, outcome, evidence)
}

async function finish(
  desk: Desk,
  step: Step,
  attempt: number,
  outcome: Promise<Outcome>,
  evidence: EvidenceFile,
): Promise<void> {
  const inTime = await within(outcome, step.deadlineMs)
  if (inTime === 'late') {
    await desk.write([{ kind: 'step.unknown', step: step.id, attempt, why: 'its deadline passed' }])
    const late = await outcome
    const now = desk.state().steps[step.id]
    if (now?.status !== 'unknown' || now.attempt !== attempt) return
    return settleOutcome(desk, step, attempt, late, evidence)
  }
  return settleOutcome(desk, step, attempt, inTime, evidence)
}

async function settleOutcome(
  desk: Desk,
  step: Step,
  attempt: number,
  outcome: Outcome,
  evidence: EvidenceFile,
): Promise<void> {
  if (outcome.ok) await settle(desk, step, attempt, 'ok', outcome, evidence)
  else if (outcome.unknown === true) await unknown(desk, step, attempt, outcome.fault, evidence)
  else await failed(desk, step, attempt, outcome.fault, outcome.observed, evidence)
  desk.crash('after-result', step.id)
}

/** Nobody answered: whether it was done is looked at before anything else happens. */
async function unknown(desk: Desk, step: Step, attempt: number, fault: Fault, evidence: EvidenceFile): Promise<void> {
  evidence.line(fault.what)
  await evidence.close()
  await desk.write([{ kind: 'step.unknown', step: step.id, attempt, why: 'nobody answered' }])
}

async function settle(
  desk: Desk,
  step: Step,
  attempt: number,
  outcome: 'ok' | 'already',
  seen: Pick<Probed, 'says' | 'observed'>,
  evidence: EvidenceFile,
): Promise<void> {
  const output = await evidence.close()
  const says = desk.mask(seen.says)
  await desk.write([
    { kind: 'step.settled', step: step.id, attempt, outcome, says, observed: seen.observed, fault: null, output },
  ])
}

async function failed(
  desk: Desk,
  step: Step,
  attempt: number,
  fault: Fault,
  observed: Probed['observed'],
  evidence: EvidenceFile,
): Promise<void> {
  const output = await evidence.close()
  const masked = maskFault(fault, desk.mask)
  await desk.write([
    {
      kind: 'step.settled',
      step: step.id,
      attempt,
      outcome: 'failed',
      says: masked.what,
      observed,
      fault: masked,
      output,
    },
  ])
}

function cannotLook(desk: Desk, step: Step, attempt: number, probed: Probed, evidence: EvidenceFile): Promise<void> {
  const fault: Fault = {
    code: 'step.cannot-look',
    what: `${step.title}: ${probed.says}`,
    means: 'Nothing was changed: Astern does not act where it cannot look.',
    next: 'Make the target reachable and retry, or skip with a reason.',
  }
  return failed(desk, step, attempt, fault, probed.observed, evidence)
}

export function maskFault(fault: Fault, mask: (text: string) => string): Fault {
  const detail = fault.detail === undefined ? {} : { detail: mask(fault.detail) }
  const blocked = fault.blocked === undefined ? {} : { blocked: maskBlocked(fault.blocked, mask) }
  return { ...fault, what: mask(fault.what), means: mask(fault.means), next: mask(fault.next), ...detail, ...blocked }
}

/** Before a message is tried again: 1 s, 2 s, 4 s, 8 s, or as long as its channel asked for. */
function backOff(attempt: number, observed: Json | undefined): Promise<void> {
  const asked =
    observed != null && typeof observed === 'object' && 'retryAfterMs' in observed
      ? Number(observed['retryAfterMs'])
      : 0
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, Math.max(asked, 1000 * 2 ** Math.min(attempt - 2, 3)))
  return promise
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
