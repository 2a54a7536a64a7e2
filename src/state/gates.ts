import { endingOf } from './ending.ts'
import type { Gate, RunState, StepState } from './run-state.ts'
import { firstStep, maySpend, readySteps, stepsDone } from './steps.ts'

/** Where the run waits for a person, or null while it works or is over. Derived, so it cannot disagree with the journal. */
export function gateOf(state: RunState): Gate | null {
  if (state.run === null || state.closed !== null || state.closing !== null) return null
  if (state.decision === null) return state.facts === null ? held(state) : decide(state)
  if (state.decision.choice !== 'roll back')
    return { id: 'follow up', kind: 'follow up', since: since(state, 'decision.made') }
  if (state.planFault !== null)
    return { id: `plan failed ${since(state, 'plan.failed')}`, kind: 'plan failed', since: since(state, 'plan.failed') }
  if (state.plan === null) return held(state)
  if (state.plan.approved === null) return approve(state)
  return trouble(state) ?? held(state) ?? nobody(state) ?? end(state)
}

function since(state: RunState, kind: keyof RunState['last']): number {
  return state.last[kind] ?? 0
}

function decide(state: RunState): Gate {
  return { id: 'decide', kind: 'decide', since: since(state, 'facts.gathered') }
}

function approve(state: RunState): Gate | null {
  const plan = state.plan
  if (plan === null) return null
  const { hash, signed, proposedSeq } = plan
  return signed === null
    ? { id: `approve ${hash}`, kind: 'approve', hash, since: proposedSeq }
    : { id: `second person ${hash}`, kind: 'second person', hash, since: signed.seq }
}

function trouble(state: RunState): Gate | null {
  const unknown = firstStep(state, 'unknown')
  if (unknown !== null) {
    if (engineWillSettle(unknown)) return null
    return { id: `unknown ${unknown.id} ${unknown.attempt}`, kind: 'unknown', step: unknown.id, since: unknown.seq }
  }
  const failed = firstStep(state, 'failed')
  if (failed !== null && isBeingHelped(state, failed)) return null
  return failed && { id: `failure ${failed.id} ${failed.attempt}`, kind: 'failure', step: failed.id, since: failed.seq }
}

/** Those that kept it waiting are being ended, and then it tries again. */
function isBeingHelped(state: RunState, { id }: StepState): boolean {
  const ending = endingOf(state, id)
  if (ending === null || ending?.status === 'failed') return false
  return ending?.status !== 'unknown' || engineWillSettle(ending)
}

/** Not looked at yet; or cut off by the engine's end, seen not to be done, and safe to begin again. */
export function engineWillSettle(step: StepState): boolean {
  if (step.unknown === null) return false
  if (step.unknown.probe === null || step.unknown.probe === 'holds') return true
  return step.unknown.why === 'the engine ended' && step.unknown.probe === 'not yet' && step.repeat !== 'never'
}

function held(state: RunState): Gate | null {
  if (state.held === null) return null
  return { id: `held ${since(state, 'held')}`, kind: 'held', reason: state.held.reason, since: since(state, 'held') }
}

function nobody(state: RunState): Gate | null {
  const ready = readySteps(state)
  const waiting = ready.find(step => !maySpend(state, step, state.at))
  if (waiting === undefined || ready.some(step => maySpend(state, step, state.at))) return null
  return { id: `helm ${waiting.id}`, kind: 'nobody at the helm', step: waiting.id, since: since(state, 'helm.left') }
}

function end(state: RunState): Gate | null {
  if (!stepsDone(state)) return null
  if (state.accepted !== null) return { id: 'follow up', kind: 'follow up', since: since(state, 'validation.accepted') }
  const suite = state.suites.after
  if (suite === null || suite.running) return null
  return { id: `validate ${since(state, 'checks.ended')}`, kind: 'validate', since: since(state, 'checks.ended') }
}
