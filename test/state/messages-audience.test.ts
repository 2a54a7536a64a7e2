import { describe, expect, test } from 'vitest'
import type { MessageMoment } from '../../src/state/message.ts'
import { messageFacts } from '../../src/state/message-facts.ts'
import { draftMessage, wordsOf } from '../../src/state/messages.ts'
import { replay } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { journal, plan, wholeRun, type Moment } from '../reports/fixture.ts'

const now = '2026-11-18T03:13:00.000Z'
const moments: readonly MessageMoment[] = ['opened', 'decided', 'progress', 'holding', 'restored', 'resolved', 'failed']

function until(kind: string, change: (moment: Moment) => Moment = moment => moment): RunState {
  const end = wholeRun.findIndex(([, , event]) => event.kind === kind)
  return replay(journal(wholeRun.slice(0, end + 1).map(change)))
}

const ended = until('validation.accepted')
const told = (audience: string, state: RunState = ended): Readonly<Record<string, string>> =>
  Object.fromEntries(moments.map(moment => [moment, draftMessage(moment, state, now, audience).text]))

describe('the public', () => {
  test('is told at each moment what it sees, what is done, and when the next word comes', () => {
    expect(told('public')).toEqual({
      opened: 'We are investigating a problem affecting checkout. Some users may see errors. Next update by 03:33 UTC.',
      decided:
        'The issue was caused by a recent release. We are restoring the previous version. Affected: checkout. Next update by 03:33 UTC.',
      progress:
        'The previous version has been restored. We are still monitoring. Affected: checkout. Next update by 03:33 UTC.',
      holding: 'The work takes longer than planned. Affected: checkout. Next update by 03:33 UTC.',
      restored: 'The previous version has been restored at 03:13 UTC. We are monitoring. Next update by 03:33 UTC.',
      resolved: 'Resolved at 03:13 UTC; duration 3:00. Data: none lost. A review follows.',
      failed:
        'The problem is not solved yet; another way is being taken. Affected: checkout. Data: none lost. Next update by 03:33 UTC.',
    })
  })

  test('reads in the subject what is affected, under which a page keeps it for good, and then how far it is', () => {
    const subjects = moments.map(moment => draftMessage(moment, ended, now, 'public').subject)
    const first = 'shop: a problem affecting checkout'
    expect(subjects).toEqual([
      first,
      first,
      `${first}: update`,
      `${first}: update`,
      `${first}: monitoring`,
      `${first}: resolved`,
      `${first}: not solved yet`,
    ])
  })

  test.each([
    ['decision.made', 'We are still investigating.'],
    ['plan.approved', 'We are still restoring the previous version.'],
  ])('hears in between, after %s: %s', (kind, words) => {
    expect(draftMessage('progress', until(kind), now, 'public').text).toMatch(new RegExp(`^${words} Affected:`))
  })

  test('is told no version, machine or table, whatever happened', () => {
    const proposed = until('plan.approved', ([at, who, event]) =>
      event.kind === 'decision.made'
        ? [at, who, { ...event, decision: { ...event.decision, scope: 'api@local, checkout' } }]
        : [at, who, event],
    )
    for (const state of [ended, proposed]) {
      const all = moments.map(moment => [
        draftMessage(moment, state, now, 'public'),
        messageFacts(moment, state, now, 'public'),
      ])
      expect(JSON.stringify(all)).not.toMatch(/1\.2\.2|1\.3\.0|@local|order_notes|SEV-\d[^"]|script/)
    }
  })

  test('is told a loss plainly', () => {
    const lossy = { ...plan, atRisk: plan.atRisk.map(risk => ({ ...risk, archived: false })) }
    const state = until('validation.accepted', ([at, who, event]) => [
      at,
      who,
      event.kind === 'plan.proposed' ? { ...event, plan: lossy } : event,
    ])
    expect(told('public', state)['resolved']).toContain('Data: 37 records were lost.')
    expect(messageFacts('resolved', state, now, 'public').data).toBe('Data: 37 records were lost.')
  })

  test('is not told what the team wrote for itself', () => {
    const edited = { ...until('plan.approved'), message: { subject: 'own', text: 'the api on local is broken' } }
    expect(wordsOf('decided', edited, now, 'team')).toEqual({
      subject: 'own',
      text: 'the api on local is broken Next update by 03:33 UTC.',
    })
    expect(wordsOf('decided', edited, now, 'public')).toEqual(draftMessage('decided', edited, now, 'public'))
    expect(wordsOf('decided', edited, now, 'executives')).toEqual(draftMessage('decided', edited, now, 'executives'))
  })
})

describe('the team', () => {
  test('is told what was put back by itself, where it hears that the target runs again', () => {
    const { plan: now } = ended
    const apart: RunState = { ...ended, plan: now && { ...now, plan: { ...now.plan, putBack: ['api@local'] } } }
    const runs = '1.2.2 runs again, but for api@local, put back to 1.3.0.'
    expect([told('team', apart)['restored'], told('team', apart)['resolved']]).toEqual([
      expect.stringContaining(runs),
      expect.stringContaining(runs),
    ])
    expect(told('team')['resolved']).toContain('duration 3:00. 1.2.2 runs again. ')
  })
})

describe('executives', () => {
  test('are told what it means and what becomes of the data, and not how it is done', () => {
    const impact = until('validation.accepted').decision?.impact ?? ''
    expect(told('executives')).toMatchObject({
      opened: `We are investigating a problem affecting checkout. Impact: ${impact}. Next update by 03:33 UTC.`,
      holding: 'The rollback waits for a decision of the team. Affected: checkout. Next update by 03:33 UTC.',
      restored: '1.2.2 runs again. It is watched and checked. Next update by 03:33 UTC.',
    })
    expect(told('executives')['decided']).toContain(`Impact: ${impact}. Next update by 03:33 UTC.`)
    expect(told('executives')['decided']).not.toContain('Not changed')
    expect(told('executives')['resolved']).toContain('Data: none lost; 37 rows of order_notes are kept in an archive.')
  })
})
