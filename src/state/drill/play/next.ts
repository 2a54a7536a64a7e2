import type { RunEvent } from '../../event.ts'
import type { Step } from '../../plan.ts'
import type { RunState } from '../../run-state.ts'
import { betweenMs } from '../../times.ts'
import type { Work } from '../../work.ts'
import { engineWillSettle } from '../../gates.ts'
import { notBegun, type DrillState } from './drill-state.ts'
import { deadlineOf, isDue, scenarioOf } from './due.ts'
import type { DrillEnd } from './event.ts'
import type { Inject, Scenario } from '../scenario.ts'
import { injectedFaults, injectId, injectStep, undoStep } from './steps.ts'

/** A fault that cannot be taken back is tried again so often; then it is told of, and its own expiry is left to it. */
export const undoAttempts = 5

/** What whoever leads a drill has to do now. Pure, like `nextWork` of a rollback. */
export function nextDrillWork(state: RunState, now: string): readonly Work[] {
  const scenario = scenarioOf(state)
  if (scenario === null || state.closed !== null) return []
  const drill = state.drill ?? notBegun
  const looks = inDoubt(state)
  if (looks.length > 0) return looks
  if (drill.ending !== null) return endingWork(state, scenario)
  const end = whyEnds(state, scenario, drill, now)
  if (end !== null) return [record('end', { kind: 'drill.ending', ...end })]
  if (drill.began === null) return beginningWork(state)
  return scenario.injects.flatMap(inject => injectWork(state, inject, drill, now))
}

function inDoubt(state: RunState): readonly Work[] {
  return faultSteps(state).flatMap((step): Work[] => {
    const is = state.steps[step.id]
    if (is?.status !== 'unknown' || !engineWillSettle(is)) return []
    if (is.unknown?.probe == null) return [{ id: `look ${step.id} ${is.attempt}`, kind: 'look', step }]
    return [record(`retry ${step.id} ${is.attempt}`, { kind: 'step.retried', step: step.id })]
  })
}

/** The steps of whatever was put at targets, and of what takes it back, begun or not. */
export function faultSteps(state: RunState): readonly Step[] {
  const injects = scenarioOf(state)?.injects ?? []
  return [...injects.filter(({ fault }) => fault !== 'event').map(injectStep), ...injectedFaults(state).map(undoStep)]
}

function beginningWork(state: RunState): readonly Work[] {
  const suite = state.suites.baseline
  if (suite === null || suite.running) return [{ id: 'checks before', kind: 'checks', suite: 'baseline', after: null }]
  return [record('begin', { kind: 'drill.began' })]
}

function injectWork(state: RunState, inject: Inject, drill: DrillState, now: string): readonly Work[] {
  if (!isDue(inject, drill, now)) return []
  if (inject.fault === 'event') {
    const { id, text, wantsAnswer } = inject
    if (drill.said[id] !== undefined) return []
    return [record(`say ${id}`, { kind: 'event.said', inject: id, text: text ?? '', wantsAnswer })]
  }
  const status = state.steps[injectId(inject.id)]?.status ?? 'waiting'
  return status === 'waiting' ? [stepWork(injectStep(inject))] : []
}

function whyEnds(
  state: RunState,
  scenario: Scenario,
  drill: DrillState,
  now: string,
): { readonly why: DrillEnd; readonly words: string } | null {
  const steady = notSteady(state, scenario)
  if (steady !== null) return { why: 'not steady', words: steady }
  const deadline = deadlineOf(state)
  if (deadline !== null && deadline <= now) return { why: 'deadline', words: `it was to be over by ${deadline}` }
  const stop = stopCondition(state, scenario, now)
  if (stop !== null) return { why: 'stop condition', words: stop }
  const failed = Object.values(state.steps).find(({ id, status }) => id.startsWith('inject.') && status === 'failed')
  if (failed !== undefined)
    return { why: 'stop condition', words: `${failed.id} could not be put there: ${failed.fault?.what ?? ''}` }
  const played = Object.values(drill.played)
  if (played.length === 0 || played.some(({ closed }) => closed === null)) return null
  return { why: 'finished', words: 'what was played in it is closed' }
}

/** Null: it is, or is not known yet. */
function notSteady({ drill, suites }: RunState, { steadyState }: Scenario): string | null {
  const suite = suites.baseline
  if ((drill?.began ?? null) !== null || suite === null || suite.running) return null
  const amiss = steadyState.filter(name => !passes(suite.results[name]?.verdict))
  return amiss.length === 0 ? null : `its steady state is not there: ${amiss.join(', ')}`
}

/** A condition of a check is met where the check has failed for so long; whoever leads the drill asks it and tells its signal. */
function stopCondition(state: RunState, { stopConditions }: Scenario, now: string): string | null {
  for (const condition of stopConditions) {
    if (condition.kind !== 'check') continue
    const since = state.down[condition.check]?.since ?? null
    if (since !== null && betweenMs(since, now) >= condition.failsForMs)
      return `${condition.check} has failed since ${since}`
  }
  return null
}

export function passes(verdict: string | undefined): boolean {
  return verdict === 'pass' || verdict === 'degraded'
}

/** Everything is taken back, newest first and each on its own; the steady state is looked at; then it is over. */
function endingWork(state: RunState, scenario: Scenario): readonly Work[] {
  const undos = injectedFaults(state).map(undoStep)
  const open = undos.filter(step => !isOver(state, step))
  if (open.length > 0) return open.flatMap(step => undoWork(state, step))
  const began = (state.drill?.began ?? null) !== null
  if (began && (state.suites.after === null || state.suites.after.running))
    return [{ id: 'checks after', kind: 'checks', suite: 'after', after: null }]
  if (state.closing === null) return [record('ask to close', { kind: 'close.asked', ...outcomeOf(state, scenario) })]
  const asked = state.last['close.asked'] ?? 0
  const written = Math.max(state.last['report.written'] ?? 0, reportFault(state))
  if (began && written < asked) return [{ id: 'report', kind: 'report' }]
  return [{ id: 'close', kind: 'close' }]
}

function reportFault({ faults, last }: RunState): number {
  return faults.some(({ code }) => code.startsWith('report.')) ? (last['fault.seen'] ?? 0) : 0
}

function undoWork(state: RunState, step: Step): readonly Work[] {
  const is = state.steps[step.id]
  if (is === undefined || is.status === 'waiting') return [stepWork(step)]
  if (is.status !== 'failed') return []
  return [record(`retry ${step.id} ${is.attempt}`, { kind: 'step.retried', step: step.id })]
}

function isOver(state: RunState, { id }: Step): boolean {
  const is = state.steps[id]
  if (is === undefined) return false
  return is.status === 'ok' || is.status === 'already' || (is.status === 'failed' && is.attempt >= undoAttempts)
}

/** `reached`: played to its end, and the environment is as it was before. */
export function outcomeOf(
  state: RunState,
  { steadyState, cleanUp }: Scenario,
): { readonly outcome: 'reached' | 'short' | 'refused'; readonly why: string } {
  const ending = state.drill?.ending
  const words = ending?.words ?? ''
  if (ending?.why === 'not steady') return { outcome: 'refused', why: words }
  const left = injectedFaults(state)
    .map(undoStep)
    .filter(({ id }) => state.steps[id]?.status === 'failed')
  if (left.length > 0) return { outcome: 'short', why: `not taken back: ${left.map(({ title }) => title).join(', ')}` }
  const wanted = [...steadyState, ...cleanUp.flatMap(one => (one.kind === 'check' ? [one.check] : []))]
  const results = state.suites.after?.results ?? {}
  const amiss = [...new Set(wanted)].filter(name => !passes(results[name]?.verdict))
  if (amiss.length > 0) return { outcome: 'short', why: `not as before: ${amiss.join(', ')}` }
  return ending?.why === 'finished' ? { outcome: 'reached', why: words } : { outcome: 'short', why: words }
}

function stepWork(step: Step): Work {
  return { id: `step ${step.id}`, kind: 'step', step }
}

function record(id: string, event: RunEvent): Work {
  return { id, kind: 'record', events: [event] }
}
