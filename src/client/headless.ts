import { checklist, checklistDone, isReadOnly } from '../state/checklist.ts'
import type { Ask } from '../state/intent.ts'
import { isDestructive } from '../state/plan.ts'
import type { Gate, RunState } from '../state/run-state.ts'
import { secondPersonWords } from '../state/second-person.ts'
import { planSteps } from '../state/steps.ts'

export type Answer =
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'hold'; readonly why: string }
  /** The engine is still at it. */
  | { readonly kind: 'wait' }

/**
 * What a run without a terminal answers at a gate, from what its caller confirmed beforehand. It never approves a loss
 * it was not shown, and never guesses at a failure: then it holds, and a person can attach. A proof that fails changes
 * nothing and nothing waits for it, so it is recorded and the run goes on to its end, which will not be green.
 */
export function answerFor(state: RunState, gate: Gate, reviewAt: string): Answer {
  switch (gate.kind) {
    case 'decide':
      return decide(state)
    case 'approve':
      return approve(state)
    case 'second person':
      return { kind: 'hold', why: secondPersonWords(state) }
    case 'plan failed':
      return stop(
        state.planFault === null ? 'no plan could be made' : `${state.planFault.what}. ${state.planFault.next}`,
      )
    case 'failure':
      return failure(state, gate.step)
    case 'unknown':
      return { kind: 'hold', why: `nobody knows whether ${gate.step} was done` }
    case 'held':
      return { kind: 'hold', why: gate.reason }
    case 'nobody at the helm':
      return { kind: 'ask', ask: { kind: 'take the helm', reason: null } }
    case 'validate':
      return validate(state)
    case 'follow up':
      return followUp(state, reviewAt)
  }
}

function decide(state: RunState): Answer {
  const { severity, why, scope } = state.proposed ?? { severity: 'SEV-2' as const, why: 'asked for', scope: '' }
  const decision = {
    severity,
    choice: 'roll back' as const,
    reason: `headless: ${why}`,
    scope,
    impact: why,
    turnBackAt: null,
  }
  return { kind: 'ask', ask: { kind: 'decide', decision } }
}

function approve(state: RunState): Answer {
  const { plan, hash } = state.plan ?? {}
  if (plan === undefined || hash === undefined) return { kind: 'hold', why: 'there is no plan' }
  if (plan.blockers.length > 0) return stop(`the plan is blocked: ${plan.blockers.join('; ')}`)
  const confirmed = state.run?.confirmed ?? { names: [], planHash: null }
  const missing = [plan.typed.environment, ...plan.typed.databases].filter(name => !confirmed.names.includes(name))
  if (missing.length > 0)
    return { kind: 'hold', why: `the plan wants ${missing.map(name => `--confirm ${name}`).join(' and ')}` }
  if (isDestructive(plan) && confirmed.planHash !== hash) {
    const given = confirmed.planHash === null ? '' : `, not ${confirmed.planHash}`
    return { kind: 'hold', why: `the plan has a destructive step: approve it with --confirm-plan ${hash}${given}` }
  }
  return { kind: 'ask', ask: { kind: 'approve', hash, typed: confirmed.names, unattendedUntil: null } }
}

function failure(state: RunState, id: string): Answer {
  const step = planSteps(state).find(candidate => candidate.id === id)
  const fault = state.steps[id]?.fault
  const what = fault == null ? `${id} failed` : `${fault.what}. ${fault.next}`
  const kind = step?.command.kind
  const proof = kind === 'service.prove' || kind === 'database.prove'
  const needed = planSteps(state).some(other => other.needs.includes(id) && !isReadOnly(other))
  if (step !== undefined && !needed && (proof || step.risk === 'safe')) {
    return { kind: 'ask', ask: { kind: 'skip', step: id, reason: `headless: went on without it (${what})` } }
  }
  return { kind: 'hold', why: what }
}

function validate(state: RunState): Answer {
  const item = checklist(state).find(({ id }) => id === 'checks')
  const reason = item?.state === 'green' ? null : `headless: recorded as failing (${item?.evidence ?? ''})`
  return { kind: 'ask', ask: { kind: 'accept validation', reason } }
}

function followUp(state: RunState, reviewAt: string): Answer {
  const rolledBack = state.decision?.choice === 'roll back'
  if (rolledBack && state.lessons === null) {
    const owner = state.run?.by.name ?? 'operator'
    return { kind: 'ask', ask: { kind: 'add lessons', lessons: '', owner, reviewAt } }
  }
  if (!rolledBack || checklistDone(state)) return { kind: 'ask', ask: { kind: 'close' } }
  const items = checklist(state)
  if (items.some(item => item.state === 'open')) return { kind: 'wait' }
  return stop(
    `not green: ${items
      .filter(item => item.state === 'red')
      .map(({ title, evidence }) => `${title} (${evidence})`)
      .join('; ')}`,
  )
}

function stop(reason: string): Answer {
  return { kind: 'ask', ask: { kind: 'stop', reason } }
}
