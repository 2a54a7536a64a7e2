import { checklist } from './checklist.ts'
import { closingWork } from './closing.ts'
import { endingSteps, endingWork } from './ending-work.ts'
import { engineWillSettle, gateOf } from './gates.ts'
import { isMessageOver, lockSteps, messagesToSend, messageStep } from './house-steps.ts'
import { dueMessages } from './outbox.ts'
import { reviewDue } from './review.ts'
import type { RunState } from './run-state.ts'
import { firstStep, lastSettledAt, maySpend, planSteps, readySteps, stepsDone } from './steps.ts'
import { learning, type Work } from './work.ts'

/** Everything that may go on at once; empty while the run waits for a person. Pure: the engine only carries it out. */
export function nextWork(state: RunState, now: string): readonly Work[] {
  if (state.run === null || state.closed !== null) return []
  const looks = unknownSteps(state)
  if (looks.length > 0) return looks
  // What is given back at the end has to be held, by this bastion.
  const mustHold = state.closing === null || (state.moved !== null && state.closing.outcome !== 'refused')
  const locks = mustHold ? lockWork(state) : null
  if (locks !== null) return locks
  if (state.closing !== null) return closingWork(state, now)
  if (state.facts === null) return state.held === null ? [{ id: 'assess', kind: 'assess' }] : []
  return [...outboxWork(state, now), ...runWork(state, now)]
}

function unknownSteps(state: RunState): readonly Work[] {
  const steps = [
    ...planSteps(state),
    ...lockSteps(state),
    ...endingSteps(state),
    ...Object.keys(state.messages).flatMap(id => messageStep(state, id) ?? []),
  ]
  const works = steps.map((step): Work | null => {
    const now = state.steps[step.id]
    if (now === undefined || now.status !== 'unknown' || !engineWillSettle(now)) return null
    if (now.unknown?.probe == null) return { id: `look ${step.id} ${now.attempt}`, kind: 'look', step }
    return { id: `retry ${step.id} ${now.attempt}`, kind: 'record', events: [{ kind: 'step.retried', step: step.id }] }
  })
  return works.filter(work => work !== null)
}

function lockWork(state: RunState): readonly Work[] | null {
  const begun = Object.keys(state.steps).some(id => id.endsWith('.lock'))
  if (state.hostIds === null && !begun) return [{ id: 'identify', kind: 'identify' }]
  for (const step of lockSteps(state)) {
    const now = state.steps[step.id]
    if (now?.status === 'ok' || now?.status === 'already') continue
    if (now?.status === 'running') return []
    if (now?.status !== 'failed') return [{ id: `step ${step.id}`, kind: 'step', step }]
    const fault = now.fault
    const why = fault === null ? `${step.title} failed` : `${fault.what}. ${fault.next}`
    return [{ id: 'refused', kind: 'record', events: [{ kind: 'close.asked', outcome: 'refused', why }] }]
  }
  return null
}

function outboxWork(state: RunState, now: string): readonly Work[] {
  const due = dueMessages(state, now)
  const queue: Work[] =
    due.length === 0 ? [] : [{ id: `queue ${due.map(({ id }) => id).join(' ')}`, kind: 'queue', messages: due }]
  const sends = messagesToSend(state).map((step): Work => ({ id: `step ${step.id}`, kind: 'step', step }))
  return [...queue, ...sends]
}

function runWork(state: RunState, now: string): readonly Work[] {
  const automatic = automaticEvents(state)
  if (automatic !== null) return [automatic]
  if (state.decision === null) return []
  if (state.decision.choice !== 'roll back') return state.learnt === null ? [learning] : []
  if (state.plan === null) return state.planFault === null && state.held === null ? [{ id: 'plan', kind: 'plan' }] : []
  if (state.plan.approved === null) return state.rehearsing === true ? [{ id: 'rehearse', kind: 'rehearse' }] : []
  if (!stepsDone(state)) return [...endingWork(state), ...stepWork(state, now)]
  return validationWork(state) ?? followUpWork(state, now)
}

/** An emergency asks once, at approval; an undo was decided when it was opened. */
function automaticEvents(state: RunState): Work | null {
  const run = state.run
  if (run === null || state.proposed === null) return null
  const { severity, why, scope } = state.proposed
  if (state.decision === null && (run.options.emergency || run.purpose.kind === 'undo')) {
    const reason = run.purpose.kind === 'undo' ? `undo of ${run.purpose.run}` : `emergency: ${why}`
    const decision = { severity, choice: 'roll back' as const, reason, scope, impact: why, turnBackAt: null }
    return { id: 'decide', kind: 'record', events: [{ kind: 'decision.made', decision }] }
  }
  const passed = checklist(state).find(({ id }) => id === 'checks')?.state === 'green'
  if (run.options.emergency && gateOf(state)?.kind === 'validate' && passed) {
    return { id: 'accept', kind: 'record', events: [{ kind: 'validation.accepted', reason: null }] }
  }
  return null
}

/** No new step while one has failed, is in doubt, or the run is held; what is running runs on. */
function stepWork(state: RunState, now: string): readonly Work[] {
  if (state.held !== null || firstStep(state, 'failed') !== null || firstStep(state, 'unknown') !== null) return []
  const ready = readySteps(state).filter(step => maySpend(state, step, now))
  return ready.map(step => ({ id: `step ${step.id}`, kind: 'step', step }))
}

function validationWork(state: RunState): readonly Work[] | null {
  if (state.accepted !== null) return null
  const suite = state.suites.after
  if (suite === null) return [{ id: 'checks after', kind: 'checks', suite: 'after', after: lastSettledAt(state) }]
  return suite.running ? [{ id: 'checks after', kind: 'checks', suite: 'after', after: null }] : []
}

function followUpWork(state: RunState, now: string): readonly Work[] {
  if (state.learnt === null) return [learning]
  const failed = (code: string): boolean => state.faults.some(fault => fault.code.startsWith(code))
  if (reviewDue(state) !== null && !failed('review.')) return [{ id: 'book', kind: 'book' }]
  const messagesDone = Object.keys(state.messages).every(id => isMessageOver(state, id))
  const told = dueMessages(state, now).length === 0 && messagesDone
  const reviewed = state.review !== null || state.calledOff !== null || failed('review.')
  if (told && reviewed && state.report === null && !failed('report.')) return [{ id: 'report', kind: 'report' }]
  return []
}
