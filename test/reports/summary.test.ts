import { describe, expect, test } from 'vitest'
import { checklistLines, phaseLines } from '../../src/reports/summary.ts'
import { initialState, replay } from '../../src/state/reduce.ts'
import { decision, facts, failed, journal, opened, steps, untilDone, wholeRun, type Moment } from './fixture.ts'

const rude = '<script>alert("x")</script> | `rm -rf` *bold* [a](javascript:1) & "q" second line'

function upTo(kind: string): readonly Moment[] {
  const end = wholeRun.findIndex(([, , event]) => event.kind === kind)
  if (end === -1) throw new Error(`the run has no ${kind}`)
  return wholeRun.slice(0, end + 1)
}

describe('a run in short', () => {
  test('is one line for each phase: what it is, how it stands, how long it took, what it came to', () => {
    expect(phaseLines(replay(journal(wholeRun)))).toEqual([
      `1 Assess    done       1:00  SEV-2, roll back: checkout answers 500 ${rude}`,
      '2 Plan      done       1:00  1.3.0 -> 1.2.2, database first, plan a1b2c3d4, approved by ana',
      '3 Services  done       0:48  3 of 3 steps done',
      '4 Database  done       0:47  3 of 3 steps done',
      '5 Validate  done      8.0 s  2 of 2 checks pass, accepted by ana',
      '6 Follow-up done       0:31  checklist 8 of 8',
    ])
  })

  test('shows a phase that goes on with the time until now, and those ahead without', () => {
    const lines = phaseLines(replay(journal([...upTo('plan.proposed'), [90, 'bo', { kind: 'note.added', text: '' }]])))
    expect(lines.slice(1)).toEqual([
      '2 Plan      now        0:30  1.3.0 -> 1.2.2, database first, plan a1b2c3d4, not approved',
      '3 Services  ahead            0 of 3 steps done',
      '4 Database  ahead            0 of 3 steps done',
      '5 Validate  ahead',
      '6 Follow-up ahead            checklist 0 of 8',
    ])
  })

  test('counts what failed and what was skipped apart from what was done', () => {
    const state = replay(
      journal([
        ...upTo('plan.approved'),
        [121, 'astern', failed(steps.stop)],
        [125, 'ana', { kind: 'step.skipped', step: steps.archive.id, reason: 'done by hand' }],
      ]),
    )
    expect(phaseLines(state).slice(2, 4)).toEqual([
      '3 Services  failed    4.0 s  0 of 3 steps done, 1 failed',
      '4 Database  now              0 of 3 steps done, 1 skipped',
    ])
  })

  test('of a run that needed no rollback leaves the work out', () => {
    const state = replay(
      journal([
        [0, 'ana', opened],
        [4, 'astern', { kind: 'facts.gathered', facts, proposed: { severity: 'SEV-4', why: '', scope: '' } }],
        [
          60,
          'ana',
          { kind: 'decision.made', decision: { ...decision, choice: 'switch a flag off', reason: 'the flag' } },
        ],
        [90, 'ana', { kind: 'run.closed', outcome: 'not needed', why: 'decided: switch a flag off' }],
      ]),
    )
    expect(phaseLines(state).map(line => line.trim())).toEqual([
      '1 Assess    done       1:00  SEV-2, switch a flag off: the flag',
      '2 Plan      skipped',
      '3 Services  skipped',
      '4 Database  skipped',
      '5 Validate  skipped',
      '6 Follow-up done       0:30  checklist 0 of 8',
    ])
  })

  test('of nothing yet is six lines still', () => {
    expect(phaseLines(initialState)).toHaveLength(6)
  })
})

describe('the checklist in lines', () => {
  test('shows each item by glyph, word and evidence', () => {
    expect(checklistLines(replay(journal(wholeRun)))).toEqual([
      'Checklist 8 of 8',
      '✓ green   Rollback completed: 4 of 4 steps done, 2 proofs apart, to 1.2.2',
      '✓ green   All services restored to previous state: api@local answers as 1.2.2',
      '✓ green   Database consistency verified: schema and data are whole',
      '✓ green   Smoke tests passed: 2 of 2 checks pass, all 2 must checks among them',
      '✓ green   User impact minimized: 0 of 12 health probes failed after the last step, 10 of 10 during it',
      '✓ green   Stakeholders notified: 2 messages sent on ops',
      '✓ green   Incident documented: report/incident.md, 8000 bytes, sha256 abcdef012345',
      '✓ green   Post-mortem scheduled: 2026-11-20T10:00:00.000Z, owner bo@shop.example, report/post-mortem.ics',
    ])
  })

  test('shows what is open, red, or signed off by name', () => {
    const failing = untilDone.findIndex(([, , event]) => event.kind === 'step.settled' && event.outcome === 'failed')
    const state = replay(
      journal([
        ...untilDone.slice(0, failing + 1),
        [140, 'ana', { kind: 'item.signed', item: 'review', reason: 'booked by phone' }],
      ]),
    )
    const lines = checklistLines(state)
    expect([lines[0], lines[1], lines[5], lines[8]]).toEqual([
      'Checklist 1 of 8',
      '✗ red     Rollback completed: failed: start api 1.2.2 on local',
      '○ open    User impact minimized: not measured yet',
      '◐ signed  Post-mortem scheduled: signed off by ana: booked by phone (was: not booked yet)',
    ])
  })
})
