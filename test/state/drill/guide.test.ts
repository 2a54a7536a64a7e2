import { describe, expect, test } from 'vitest'
import { guideOf } from '../../../src/state/drill/guide/guide.ts'
import { phaseOf } from '../../../src/state/selectors.ts'
import { phases } from '../../../src/state/phases.ts'
import { replay } from '../../../src/state/reduce.ts'
import type { RunState } from '../../../src/state/run-state.ts'
import type { RunEvent } from '../../../src/state/event.ts'
import { demoLines } from '../../ui/support/demo.ts'
import { decision, journal, mixedRun, plan, wholeRun, type Moment } from '../../reports/fixture.ts'
import { drillAfter, inDrill, playedRun, scenario } from './played.ts'

describe('the guide', () => {
  test('leads through all six phases of a run, each moment with its own words', () => {
    const all = everyState(demoLines().map(({ event }) => event).length, demoLines())
    const guides = all.map(state => ({ phase: phaseOf(state), ...guideOf(state, null) }))
    expect(new Set(guides.map(({ phase }) => phase))).toEqual(new Set(phases.map(({ number }) => number)))
    expect(ordered(guides.map(({ key }) => key))).toEqual([
      'opening',
      'decide',
      'planning',
      'approve',
      'services',
      'database',
      'checking',
      'validate well',
      'follow up lessons',
      'follow up open',
      'follow up complete',
      'closed',
    ])
  })

  test('asks for the close where the document is there already, which is written once more', () => {
    const all = everyState(demoLines().map(({ event }) => event).length, demoLines())
    const complete = all.find(state => guideOf(state, null).key === 'follow up complete')
    expect(complete?.report).not.toBeNull()
    expect(complete === undefined ? '' : guideOf(complete, null).next).toBe(
      'Close the run: locks and freeze are given back, and the document is written once more, with how it ended.',
    )
  })

  test('names the debrief at the end of a run, and says of its drill no more than is known', () => {
    const played = replay(journal(inDrill()))
    const ends = { kind: 'drill.ending', why: 'finished', words: `${playedRun} is closed` } as const
    const ending: Moment = [210, 'astern', ends]
    const over: Moment = [220, 'astern', { kind: 'run.closed', outcome: 'reached', why: 'all is closed' }]
    const told = [null, drillAfter(), drillAfter(ending), drillAfter(ending, over)]
    expect(told.map(drill => guideOf(played, drill).now.at(-1))).toEqual([
      'The drill ends once nothing is played in it any more; then astern drill --debrief DRILL-1118-d says how it went.',
      'The drill ends once nothing is played in it any more; then astern drill --debrief DRILL-1118-d says how it went.',
      'The drill is ending: what was hurt on purpose is put right, and then astern drill --debrief DRILL-1118-d says how it went.',
      'The drill is over: astern drill --debrief DRILL-1118-d says how it went.',
    ])
  })

  test('says at every moment of every run what is so, what to do, why now, what is good and what is not, in sentences', () => {
    const runs = [wholeRun, mixedRun, notRolledBack, inDrill()]
    const wrong = runs.flatMap(moments =>
      everyState(moments.length, journal(moments)).flatMap(state => {
        const { title, now, next, why, good, wrong: mistakes } = guideOf(state, drillAfter())
        const parts = { title: [title], now, next: [next], why, good, mistakes }
        return Object.entries(parts).flatMap(([part, texts]) => [
          ...(texts.length === 0 ? [`${title}: no ${part}`] : []),
          ...texts
            .filter(text => /undefined|null|\bNaN\b|\.\.( |$)|^\s|  /.test(text))
            .map(text => `${title}: ${text}`),
          ...(part === 'title' ? [] : texts.filter(text => !/[.?)"]$/.test(text)).map(text => `${title}: ${text}`)),
        ])
      }),
    )
    expect(wrong.filter(text => !text.includes('<script>'))).toEqual([])
  })

  test('speaks in the words of the run: what differs, what fails, what is read and what is typed', () => {
    const { now } = guideOf(
      after(({ kind }) => kind === 'facts.gathered'),
      drillAfter(),
    )
    expect(now).toEqual([
      'You were told: Orders fail since the release of tonight. The phone rings.',
      '1 of 2 checks do not pass: checkout.',
      'No release is recorded as known to work, so there is nothing to compare with.',
      'Astern proposes SEV-2: 1 of 2 must checks fail. It is yours to say.',
    ])
    const approving = guideOf(
      after(({ kind }) => kind === 'plan.proposed'),
      null,
    )
    expect(approving).toMatchObject({
      key: 'approve',
      title: '2 of 6, Plan: read the plan, then approve it',
      now: [
        'From 1.3.0 back to 1.2.2, database first: 6 steps, about 0:12.',
        'The old code cannot run on the new schema (drops orders.note), so the database goes first.',
        '37 rows of order_notes in main leave their place, and are kept beside it.',
        'From "down 20261118, 1 of 1: drop table order_notes" on there is no simple way back.',
        'Warned: a deploy ran 14 minutes ago.',
      ],
      next: 'Read it to its end. Then approve it by typing shop and main.',
    })
    const failed = guideOf(
      after(event => event.kind === 'step.settled' && event.outcome === 'failed'),
      null,
    )
    expect(failed.now.slice(0, 1)).toEqual(['Failed: start api 1.2.2 on local.'])
    expect(failed.now).toContain('Down now: api@local.')
  })

  test('says where nothing differs, and where there is nothing to compare with, and never that there is no cause', () => {
    const state = after(({ kind }) => kind === 'facts.gathered')
    expect(guideOf(state, null).now).toContain(
      'No release is recorded as known to work, so there is nothing to compare with.',
    )
    const ledger = [{ ...plan.target, databases: {}, services: {} }]
    const records = { local: { ledger, freeze: null, refused: [], lock: null } }
    const calm = { ...state, facts: state.facts === null ? null : { ...state.facts, services: {}, records } }
    expect(guideOf(calm, null).now).toContain(
      'Nothing is seen that is other than when it was last known to work: ask what else has changed before you roll back.',
    )
  })

  test('explains each failure anew, and the same moment once', () => {
    const keys = everyState(wholeRun.length, journal(wholeRun)).map(state => guideOf(state, null).key)
    expect(keys.filter(key => key.startsWith('failure'))).not.toEqual([])
    expect(new Set(keys).size).toBeLessThan(20)
  })

  test('gives nothing of the scenario away but what was told at the beginning', () => {
    const secrets = [
      ...scenario.injects.map(({ id }) => id),
      ...scenario.hints.map(({ text }) => text),
      ...scenario.expected.path,
      'row_locks',
    ]
    const said = everyState(wholeRun.length, journal(inDrill())).map(state =>
      JSON.stringify(guideOf(state, drillAfter())),
    )
    expect(secrets.filter(secret => said.some(text => text.includes(`"${secret}`)))).toEqual([])
  })
})

const notRolledBack: readonly Moment[] = [
  ...wholeRun.slice(
    0,
    wholeRun.findIndex(([, , { kind }]) => kind === 'decision.made'),
  ),
  [61, 'ana', { kind: 'decision.made', decision: { ...decision, choice: 'hold', reason: 'it mends itself.' } }],
]

function everyState(count: number, lines: ReturnType<typeof journal>): readonly RunState[] {
  return Array.from({ length: count }, (_, index) => replay(lines.slice(0, index + 1)))
}

function after(is: (event: RunEvent) => boolean): RunState {
  const lines = journal(inDrill())
  return replay(lines.slice(0, lines.findIndex(({ event }) => is(event)) + 1))
}

/** Each once, in the order they came. */
function ordered(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)]
}
