import { describe, expect, test } from 'vitest'
import { checklist } from '../../src/state/checklist.ts'
import { decide } from '../../src/state/decide.ts'
import type { RunEvent } from '../../src/state/event.ts'
import { gateOf } from '../../src/state/gates.ts'
import { nextWork } from '../../src/state/next.ts'
import { dueMessages } from '../../src/state/outbox.ts'
import { replay } from '../../src/state/reduce.ts'
import { nextSequence, reviewDue } from '../../src/state/review.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { journal, wholeRun, type Moment } from '../reports/fixture.ts'

const now = '2026-11-18T03:14:00.000Z'
const moved: Moment = [
  200,
  'ana',
  { kind: 'lessons.added', lessons: '', owner: 'ana', reviewAt: '2026-11-23T10:00:00.000Z' },
]
const booked: Moment = [
  201,
  'astern',
  {
    kind: 'review.booked',
    file: 'report/post-mortem.ics',
    at: '2026-11-23T10:00:00.000Z',
    owner: 'ana',
    sha256: 's',
    sequence: 1,
  },
]

/** In the follow-up, before its end was asked for. */
const followUp = wholeRun.filter(([, , { kind }]) => kind !== 'close.asked' && kind !== 'run.closed')

function after(...moments: readonly Moment[]): RunState {
  // What it taught was looked for before.
  return { ...replay(journal([...followUp, ...moments])), learnt: { proposals: [], never: [] } }
}

function work(state: RunState): readonly string[] {
  return nextWork(state, now).map(({ id }) => id)
}

describe('a post-mortem that is booked', () => {
  test('is booked anew once the lessons name another time or owner, and the document is written again with it', () => {
    expect(work(after())).not.toContain('book')
    expect(work(after(moved))).toContain('book')
    const again = after(moved, booked)
    expect([work(again).includes('book'), again.review?.sequence, again.report]).toEqual([false, 1, null])
  })

  test('is called off by a person with a reason, told to be off, red on the checklist, and booked anew by other lessons', () => {
    const off: Moment = [202, 'ana', { kind: 'review.withdrawn', reason: 'a duplicate' }]
    const cancelled: Moment = [
      203,
      'astern',
      {
        kind: 'review.cancelled',
        file: 'report/post-mortem.ics',
        at: '2026-11-23T10:00:00.000Z',
        owner: 'ana',
        sha256: 't',
        sequence: 2,
        reason: 'a duplicate',
      },
    ]
    const item = (state: RunState) => {
      const found = checklist(state).find(({ id }) => id === 'review')
      return [found?.state, found?.evidence, reviewDue(state)]
    }
    const withdrawn = after(moved, booked, off)
    expect([item(withdrawn), work(withdrawn).includes('book')]).toEqual([['open', 'being called off', 'cancel'], true])
    const told = after(moved, booked, off, cancelled)
    expect([item(told), told.review, told.report, nextSequence(told)]).toEqual([
      ['red', 'called off by ana: a duplicate', null],
      null,
      null,
      3,
    ])
    expect(item(after(moved, booked, off, cancelled, [204, 'ana', moved[2]]))).toEqual([
      'open',
      'not booked yet',
      'book',
    ])
    const again = after(
      moved,
      booked,
      off,
      cancelled,
      [204, 'ana', moved[2]],
      [205, 'astern', { ...(booked[2] as Extract<RunEvent, { kind: 'review.booked' }>), sequence: 3 }],
    )
    expect([again.calledOff, again.review?.sequence, item(again)[0]]).toEqual([null, 3, 'green'])
  })

  test('cannot be called off without a reason, before it is booked, or twice', () => {
    const off: Moment = [202, 'ana', { kind: 'review.withdrawn', reason: 'a duplicate' }]
    const asked = (state: RunState, reason: string) => {
      const epoch = state.helm.epoch
      const asker = { name: 'ana', console: state.helm.holder?.console ?? '', epoch }
      const gate = gateOf(state)?.id ?? ''
      const intent = { id: 'i', seenSeq: state.seq, epoch, gate, ask: { kind: 'call off', reason } } as const
      const decided = decide(state, intent, asker, { now, hash: text => text })
      return decided.ok ? decided.events.slice(1) : decided.refusal.code
    }
    const unbooked = followUp.filter(([, , { kind }]) => kind !== 'review.booked')
    expect(asked(after(moved, booked), ' a duplicate')).toEqual([{ kind: 'review.withdrawn', reason: 'a duplicate' }])
    expect(asked(after(moved, booked), ' ')).toBe('reason')
    expect(asked(after(moved, booked, off), 'again')).toBe('review')
    expect(asked(replay(journal(unbooked)), 'why')).toBe('review')
  })

  test('is told by mail to whom is told of the run, once for each number, and never to the public', () => {
    const server = { host: 'mail', port: 25, tls: 'none', ca: null } as const
    const mail = { kind: 'email', server, user: null, password: null, from: 'a@x', to: ['b@x'] } as const
    const withMail = (audience: string): Moment[] =>
      [...followUp, moved, booked].map(([at, who, event]): Moment => {
        if (event.kind !== 'run.opened') return [at, who, event]
        return [at, who, { ...event, manifest: { ...event.manifest, notify: { board: { ...mail, audience } } } }]
      })
    const due = (audience: string) =>
      dueMessages(replay(journal(withMail(audience))), now).filter(({ moment }) => moment === 'review')
    expect(due('team')).toEqual([{ id: 'review.1.board', channel: 'board', audience: 'team', moment: 'review' }])
    expect(due('public')).toEqual([])
  })
})
