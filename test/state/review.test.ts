import { describe, expect, test } from 'vitest'
import { nextWork } from '../../src/state/next.ts'
import { dueMessages } from '../../src/state/outbox.ts'
import { replay } from '../../src/state/reduce.ts'
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
