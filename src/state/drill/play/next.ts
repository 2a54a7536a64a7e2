import type { RunEvent } from '../../event.ts'
import { engineWillSettle } from '../../gates.ts'
import type { RunState } from '../../run-state.ts'
import type { Work } from '../../work.ts'
import type { Inject, Scenario } from '../scenario.ts'
import { notBegun, type DrillState } from './drill-state.ts'
import { isDue, scenarioOf } from './due.ts'
import { whyEnds } from './ends.ts'
import { outcomeOf } from './outcome.ts'
import { injectStep } from './steps.ts'
import { attemptOf, lookAt, retry, undoing } from './undo.ts'

/** What whoever leads a drill has to do now. Pure, like `nextWork` of a rollback. */
export function nextDrillWork(state: RunState, now: string): readonly Work[] {
  const scenario = scenarioOf(state)
  if (scenario === null || state.closed !== null) return []
  const drill = state.drill ?? notBegun
  if (drill.ending !== null) return endingWork(state, scenario, now)
  const end = whyEnds(state, scenario, now)
  if (end !== null) return [record('end', { kind: 'drill.ending', ...end })]
  if (drill.began === null) return beginningWork(state)
  return scenario.injects.flatMap(inject => injectWork(state, inject, drill, now))
}

function beginningWork(state: RunState): readonly Work[] {
  const suite = state.suites.baseline
  if (suite === null || suite.running) return [{ id: 'checks before', kind: 'checks', suite: 'baseline', after: null }]
  return [record('begin', { kind: 'drill.began' })]
}

/** One that is in doubt is looked at, and keeps no other waiting. */
function injectWork(state: RunState, inject: Inject, drill: DrillState, now: string): readonly Work[] {
  if (!isDue(inject, drill, now)) return []
  if (inject.fault === 'event') {
    const { id, text, wantsAnswer } = inject
    if (drill.said[id] !== undefined) return []
    return [record(`say ${id}`, { kind: 'event.said', inject: id, text: text ?? '', wantsAnswer })]
  }
  const step = injectStep(inject)
  const is = state.steps[step.id]
  if (is === undefined || is.status === 'waiting') return [attemptOf(state, step)]
  if (is.status !== 'unknown' || !engineWillSettle(is)) return []
  return [is.unknown?.probe == null ? lookAt(step, is) : retry(is)]
}

/** Everything is taken back; the steady state is looked at; then it is over. */
function endingWork(state: RunState, scenario: Scenario, now: string): readonly Work[] {
  const { over, works } = undoing(state, now)
  if (!over) return works
  const began = (state.drill?.began ?? null) !== null
  if (began && (state.suites.after === null || state.suites.after.running))
    return [{ id: 'checks after', kind: 'checks', suite: 'after', after: null }]
  if (state.closing === null) return [record('ask to close', { kind: 'close.asked', ...outcomeOf(state, scenario) })]
  if (began && !isReported(state)) return [{ id: 'report', kind: 'report' }]
  return [{ id: 'close', kind: 'close' }]
}

/** Since its end was asked for; one that cannot be written keeps no drill open. */
function isReported({ faults, last }: RunState): boolean {
  const amiss = faults.some(({ code }) => code.startsWith('report.')) ? (last['fault.seen'] ?? 0) : 0
  return Math.max(last['report.written'] ?? 0, amiss) > (last['close.asked'] ?? 0)
}

function record(id: string, event: RunEvent): Work {
  return { id, kind: 'record', events: [event] }
}
