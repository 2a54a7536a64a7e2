import { giveBackSteps, isMessageOver, messagesToSend } from './house-steps.ts'
import { dueMessages } from './outbox.ts'
import type { RunState } from './run-state.ts'
import { learning, type Work } from './work.ts'

/** From `close.asked` to `run.closed`: last messages, what is held at the targets given back, the last report. */
export function closingWork(state: RunState, now: string): readonly Work[] {
  const due = dueMessages(state, now)
  if (due.length > 0) return [{ id: `queue ${due.map(({ id }) => id).join(' ')}`, kind: 'queue', messages: due }]
  if (Object.keys(state.messages).some(id => !isMessageOver(state, id)))
    return messagesToSend(state).map(step => ({ id: `step ${step.id}`, kind: 'step', step }))
  for (const step of giveBackSteps(state)) {
    const status = state.steps[step.id]?.status ?? 'waiting'
    if (status === 'running') return []
    if (status === 'waiting') return [{ id: `step ${step.id}`, kind: 'step', step }]
  }
  if (state.learnt === null && state.facts !== null && state.closing?.outcome !== 'refused') return [learning]
  if (wantsReport(state)) return [{ id: 'report', kind: 'report' }]
  return [{ id: 'close', kind: 'close' }]
}

/** Refused before anything was decided: nothing to write down. Otherwise once more, with how it ended. */
function wantsReport(state: RunState): boolean {
  if (state.closing?.outcome === 'refused' && state.facts === null) return false
  const asked = state.last['close.asked'] ?? 0
  const written = state.last['report.written'] ?? 0
  const failed = state.faults.some(({ code }) => code.startsWith('report.')) && (state.last['fault.seen'] ?? 0) > asked
  return written < asked && !failed
}
