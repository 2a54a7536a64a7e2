import { describe, expect, test } from 'vitest'
import { draftMessage } from '../../src/state/messages.ts'
import { replay } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { planRevision } from '../../src/state/planner/revision.ts'
import { failed, journal, opened, plan, steps, untilDone, wholeRun, type Moment } from '../reports/fixture.ts'

const now = '2026-11-18T03:13:00.000Z'

/** The run up to the first event that `last` picks, that one included. */
function until(last: (moment: Moment) => boolean, then: readonly Moment[] = []): RunState {
  const end = wholeRun.findIndex(last)
  if (end === -1) throw new Error('the run has no such event')
  return replay(journal([...wholeRun.slice(0, end + 1), ...then]))
}

const atFacts = until(([, , { kind }]) => kind === 'facts.gathered')
const atPlan = until(([, , { kind }]) => kind === 'plan.proposed')
const atFailure = until(([, , event]) => event.kind === 'step.settled' && event.outcome === 'failed')
const atAcceptance = until(([, , { kind }]) => kind === 'validation.accepted')

describe('a drafted message', () => {
  test('says at the beginning what is affected and when the next word comes', () => {
    expect(draftMessage('opened', atFacts, now)).toEqual({
      subject: 'SEV-2 shop: we are investigating',
      text: 'We are investigating a problem affecting api@local, checkout. Some users may see errors. Next update by 03:33 UTC.',
    })
  })

  test('says with the plan what is restored, what becomes of the data, and what is not changed', () => {
    const { subject, text } = draftMessage('decided', atPlan, now)
    expect(subject).toBe('SEV-2 shop: restoring 1.2.2')
    expect(text).toBe(
      'The issue was caused by a recent release, 1.3.0. We are restoring the previous version, 1.2.2. The work is estimated at 0:12. Data, as planned: 37 rows of order_notes set aside. Affected: checkout. Not changed: auth. Next update by 03:33 UTC.',
    )
  })

  test('says rows that will be lost in so many words', () => {
    const lossy = { ...plan, atRisk: plan.atRisk.map(risk => ({ ...risk, archived: false })) }
    const state = replay(
      journal([
        [0, 'ana', opened],
        [1, 'astern', { kind: 'plan.proposed', plan: lossy, hash: 'x' }],
      ]),
    )
    expect(draftMessage('decided', state, now).text).toContain('Data, as planned: 37 rows of order_notes LOST.')
  })

  test('says while the run waits what it waits for, what is down, and how to take it up', () => {
    expect(draftMessage('holding', atFailure, now)).toEqual({
      subject: 'SEV-2 shop: the rollback waits for a person',
      text: 'The rollback is waiting: api on local did not start: <script>alert("x")</script> | `rm -rf` *bold* [a](javascript:1) & "q" second line. Stopped at the moment: api@local. Take it up with: astern attach r-1118-a. Next update by 03:33 UTC.',
    })
  })

  test('says at the end how long it took, what passes, and what became of the data', () => {
    expect(draftMessage('resolved', atAcceptance, now)).toEqual({
      subject: 'SEV-2 shop: resolved',
      text: 'Resolved at 03:13 UTC; duration 3:00. 1.2.2 runs again. 2 of 2 checks pass. Data: none lost; 37 rows of order_notes are kept in an archive. A review follows.',
    })
  })

  test('says a loss at the end, and a consistency that nobody proved', () => {
    const lossy = { ...plan, atRisk: plan.atRisk.map(risk => ({ ...risk, archived: false })) }
    const moments = untilDone
      .filter(([, , event]) => !('step' in event) || event.step !== steps.proveData.id)
      .map(([at, who, event]): Moment => [at, who, event.kind === 'plan.proposed' ? { ...event, plan: lossy } : event])
    expect(draftMessage('failed', replay(journal(moments)), now).text).toContain(
      'Data: 37 rows of order_notes LOST. The consistency of main is not proven.',
    )
  })

  test('does not speak of kept rows when no statement ran', () => {
    const stopped = until(
      ([, , { kind }]) => kind === 'plan.approved',
      [[130, 'ana', { kind: 'close.asked', outcome: 'short', why: 'the switch was enough' }]],
    )
    expect(draftMessage('failed', stopped, now)).toEqual({
      subject: 'SEV-2 shop: the rollback ended short',
      text: 'The rollback ended short of its goal after 3:00: the switch was enough. Data: none lost; no statement was run in any database. Next update by 03:33 UTC.',
    })
  })

  test('says of an undone rollback that the bad release runs again', () => {
    const halfDone = until(([, , { kind }]) => kind === 'plan.approved', [[121, 'astern', failed(steps.stop)]])
    const { plan: revised, diff } = planRevision({ plan, steps: halfDone.steps, revision: 2 })
    const undone = until(
      ([, , { kind }]) => kind === 'plan.approved',
      [[122, 'ana', { kind: 'plan.revised', plan: revised, hash: 'r', why: 'undo what was done', diff }]],
    )
    expect(draftMessage('progress', undone, now).text).toBe(
      'The plan was revised: undo what was done. Next update by 03:33 UTC.',
    )
    expect(draftMessage('failed', undone, now)).toEqual({
      subject: 'SEV-2 shop: the rollback was undone',
      text: 'The rollback was undone after 3:00: 1.3.0 runs again, with the fault that started this. Data: none lost; no statement was run in any database. Next update by 03:33 UTC.',
    })
  })

  test('lists nothing but counts what could not be put back', () => {
    const state = until(
      ([, , { kind }]) => kind === 'validation.accepted',
      [[190, 'astern', { kind: 'conflicts.found', database: 'main', conflicts: [{ id: 1 }] }]],
    )
    expect(draftMessage('resolved', state, now).text).toContain(
      '1 archived value could not be put back, because the rows have changed since; the incident document lists what is missing.',
    )
  })

  test('is marked in a drill, and says nothing wrong of a run of which nothing is known', () => {
    const drill = replay(journal([[0, 'ana', { ...opened, class: 'drill' } as Moment[2]]]))
    expect(draftMessage('opened', drill, now)).toEqual({
      subject: '[DRILL] shop: we are investigating',
      text: 'We are investigating a problem. Some users may see errors. Next update by 03:33 UTC.',
    })
  })
})
