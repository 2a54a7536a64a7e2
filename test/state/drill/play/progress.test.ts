import { describe, expect, test } from 'vitest'
import { briefingLines, endedLines, endingText, statusOf } from '../../../../src/state/drill/play/progress.ts'
import { injectStep, undoStep } from '../../../../src/state/drill/play/steps.ts'
import { begun, settled, type Moment } from '../../../reports/fixture.ts'
import { drillAfter, drillRun, playedRun, scenario } from '../played.ts'

const [locks] = scenario.injects.map(injectStep)
if (locks?.command.kind !== 'drill.inject') throw new Error('the scenario has a fault')
const undo = undoStep(locks.command)
const halted: Moment = [60, 'ana', { kind: 'drill.ending', why: 'halted', words: 'enough' }]
const undone: readonly Moment[] = [
  [61, 'astern', begun(undo)],
  [62, 'astern', settled(undo, 'gone')],
]
const asked: Moment = [63, 'astern', { kind: 'close.asked', outcome: 'short', why: 'enough' }]
const closed: Moment = [64, 'astern', { kind: 'run.closed', outcome: 'short', why: 'enough' }]

describe('of a drill', () => {
  test('whoever plays it is told what they may know, and nothing of what is going to happen', () => {
    expect(briefingLines(scenario)).toEqual([
      'DRILL: The release that dropped a column',
      'Orders fail since the release of tonight. The phone rings.',
      'Owner: Ana. Coordinator: Bo. Reporter: Cleo. Observers: Dee.',
      'Whoever knows the system best does not play.',
      'It is over after 45 min, whatever happens. Anybody may halt it: astern drill --halt',
    ])
  })

  test.each<[string | null, readonly Moment[]]>([
    [null, []],
    ['taking back 1 of 1: lock rows of main', [halted]],
    ['looking at the steady state', [halted, ...undone]],
    ['writing it down', [halted, ...undone, asked]],
    [null, [halted, ...undone, asked, closed]],
  ])('what is done on the way to its end is told: %s', (text, moments) => {
    expect(endingText(drillAfter(...moments))).toBe(text)
  })

  test('its end is told with what is left to people', () => {
    expect(endedLines(drillAfter())).toEqual([])
    expect(endedLines(drillAfter(halted, ...undone, asked, closed))).toEqual([
      `Drill ${drillRun} (The release that dropped a column) is over: short (enough).`,
      `Run ${playedRun} that was played in it is still open: astern attach ${playedRun}, or astern stop ${playedRun} --reason WHY`,
      'To be done by hand: Tell the team that staging is theirs again.',
    ])
    const told: Moment = [62, 'ana', { kind: 'hand.done', text: 'Tell the team that staging is theirs again.' }]
    const left: Moment = [63, 'astern', { kind: 'drill.left', run: playedRun, outcome: 'reached' }]
    expect(endedLines(drillAfter(halted, ...undone, told, left, asked, closed))).toHaveLength(1)
  })

  test('where it stands is told, and nothing that is still to come', () => {
    expect(statusOf(drillAfter())).toEqual([
      ['drill', 'The release that dropped a column: goes on since 2026-11-18T03:08:20.000Z'],
      ['faults', 'lock rows of main'],
      ['played', playedRun],
    ])
    expect(statusOf(drillAfter(halted, ...undone, asked, closed))).toEqual([
      ['drill', 'The release that dropped a column: closed: short (enough)'],
      ['faults', 'none at any target'],
      ['played', playedRun],
      ['ends', 'halted, by ana: enough'],
    ])
  })
})
