import type { RunEvent } from '../../../../src/state/event.ts'
import type { Line } from '../../../../src/state/event.ts'
import { injectStep, undoStep } from '../../../../src/state/drill/play/steps.ts'
import type { Scenario } from '../../../../src/state/drill/scenario.ts'
import { journaled, type Journaled } from '../../../../src/state/drill/score/journaled.ts'
import { scoreOf, type Score } from '../../../../src/state/drill/score/score.ts'
import type { Step } from '../../../../src/state/plan.ts'
import { journal, opened, wholeRun, type Moment } from '../../../reports/fixture.ts'
import { scenarioWith } from '../question.ts'

/** A drill's journal written by hand, beside the whole run that was played in it. Seconds since that run was opened. */
export const drillRun = 'DRILL-1118-a'
export const playedRun = 'r-1118-a'

export const scenario: Scenario = scenarioWith()

type Opened = Extract<RunEvent, { kind: 'run.opened' }>
const [lock, dies] = ['slow-lock', 'api-dies'].map(inject)

function inject(id: string): Step {
  const found = scenario.injects.find(one => one.id === id)
  if (found === undefined) throw new Error(`the example has no ${id}`)
  return injectStep(found)
}

function put(step: Step): RunEvent {
  return {
    kind: 'step.begun',
    step: step.id,
    attempt: 1,
    command: step.command,
    commandHash: 'c',
    repeat: 'by state',
    epoch: 0,
  }
}

function done(step: Step, outcome: 'ok' | 'already' = 'ok'): RunEvent {
  return {
    kind: 'step.settled',
    step: step.id,
    attempt: 1,
    outcome,
    says: 'seen there',
    observed: null,
    fault: null,
    output: null,
  }
}

function undo({ command }: Step): Step {
  if (command.kind !== 'drill.inject') throw new Error('no fault')
  return undoStep(command)
}

export function openedAs(of: Scenario): Opened {
  return { ...(opened as Opened), class: 'staging', purpose: { kind: 'drill', scenario: of } }
}

/** `slow-lock` is there half a minute before the run is opened, `api-dies` in its middle; both are taken back at the end. */
export function drillMoments(of: Scenario = scenario): readonly Moment[] {
  if (lock === undefined || dies === undefined) throw new Error('no faults')
  return [
    [-90, 'Bo', openedAs(of)],
    [-60, 'astern', { kind: 'drill.began' }],
    [-31, 'astern', put(lock)],
    [-30, 'astern', done(lock)],
    [0.5, 'astern', { kind: 'drill.joined', run: playedRun }],
    [50, 'ana', { kind: 'hint.taken', hint: 0, text: of.hints[0]?.text ?? '', cost: of.hints[0]?.cost ?? 0 }],
    [
      90,
      'astern',
      { kind: 'event.said', inject: 'ceo', text: 'The CEO asks when it will be over.', wantsAnswer: true },
    ],
    [118, 'ana', { kind: 'event.answered', inject: 'ceo', text: 'In ten minutes.' }],
    [121, 'Bo', { kind: 'inject.fired', inject: 'api-dies' }],
    [121.5, 'astern', put(dies)],
    [122, 'astern', done(dies)],
    [150, 'Cleo', { kind: 'observation.made', text: 'nobody looked at the lock' }],
    [211, 'astern', { kind: 'drill.left', run: playedRun, outcome: 'reached' }],
    [212, 'astern', { kind: 'drill.ending', why: 'finished', words: 'what was played in it is closed' }],
    [213, 'astern', put(undo(dies))],
    [214, 'astern', done(undo(dies))],
    [215, 'astern', done(undo(lock), 'already')],
    [216, 'astern', { kind: 'checks.started', suite: 'after' }],
    [217, 'astern', { kind: 'checks.ended', suite: 'after' }],
    [218, 'astern', { kind: 'close.asked', outcome: 'reached', why: 'what was played in it is closed' }],
  ]
}

/** As it was played: the run names its drill. */
export function playedMoments(moments: readonly Moment[] = wholeRun): readonly Moment[] {
  const drill = { run: drillRun, title: scenario.title }
  return moments.map(
    ([at, who, event]): Moment => [
      at,
      who,
      event.kind === 'run.opened' ? { ...event, class: 'staging', drill } : event,
    ],
  )
}

export function drillLines(moments: readonly Moment[] = drillMoments()): readonly Line[] {
  return journal(moments, drillRun)
}

export function playedLines(moments: readonly Moment[] = wholeRun, run = playedRun): readonly Line[] {
  return journal(playedMoments(moments), run)
}

/** Before the first moment of that kind. */
export function withBefore(
  moments: readonly Moment[],
  kind: RunEvent['kind'],
  ...more: readonly Moment[]
): readonly Moment[] {
  const at = moments.findIndex(([, , event]) => event.kind === kind)
  if (at === -1) throw new Error(`nothing is ${kind}`)
  return [...moments.slice(0, at), ...more, ...moments.slice(at)]
}

export function score(
  drill: readonly Moment[] = drillMoments(),
  played: readonly (readonly Moment[])[] = [wholeRun],
): Score {
  const runs = played.map(
    (moments, index): Journaled => journaled(playedLines(moments, index === 0 ? playedRun : `${playedRun}${index}`)),
  )
  return scoreOf(journaled(drillLines(drill)), runs)
}
