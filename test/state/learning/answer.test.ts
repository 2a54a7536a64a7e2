import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/state/decide.ts'
import type { Line, RunEvent } from '../../../src/state/event.ts'
import type { Ask } from '../../../src/state/intent.ts'
import type { Proposal } from '../../../src/state/learning/proposal.ts'
import { changeText, standingOf } from '../../../src/state/learning/standing.ts'
import { nextWork } from '../../../src/state/next.ts'
import { replay } from '../../../src/state/reduce.ts'
import type { RunState } from '../../../src/state/run-state.ts'
import { journal, wholeRun, type Moment } from '../../reports/fixture.ts'

const set: Proposal = {
  id: 'stop-grace.api',
  rule: 'stop-grace',
  path: ['services', 'api', 'stop', 'grace'],
  change: { kind: 'set', was: '5s', becomes: '10s' },
  why: 'SIGKILL was needed',
  evidence: [{ run: 'r-1118-a', seq: 12, says: 'it took 5 s' }],
}
const look: Proposal = { ...set, id: 'retried.x', rule: 'retried', path: [], change: { kind: 'look' } }
const made: RunEvent = { kind: 'proposals.made', proposals: [set, look], never: [] }
const answered = (answer: 'accept' | 'not now' | 'never', reason = ''): RunEvent => ({
  kind: 'proposal.answered',
  id: set.id,
  answer,
  reason,
})

describe('a run that was accepted', () => {
  test('learns before anything else of the follow-up, once', () => {
    const now = '2026-11-18T03:14:00.000Z'
    expect(nextWork(after(), now)).toEqual(expect.arrayContaining([{ id: 'learn', kind: 'learn' }]))
    expect(nextWork(after(made), now)).not.toContainEqual({ id: 'learn', kind: 'learn' })
  })

  test('learns before its last report where it had not yet, however it ends', () => {
    const end = wholeRun.findIndex(([, , { kind }]) => kind === 'close.asked')
    const state = replay(journal(wholeRun.slice(0, end + 1)))
    const given = { ...step(state), status: 'ok' } as const
    const closing = { ...state, steps: { ...state.steps, 'local.release': given, 'local.lift': given } }
    const next = (of: RunState): readonly string[] => nextWork(of, '2026-11-18T03:14:00.000Z').map(({ id }) => id)
    expect(next(closing)).toEqual(['learn'])
    expect(next({ ...closing, learnt: { proposals: [], never: [] } })).toEqual(['report'])
  })
})

describe('an answer to a proposal', () => {
  test('is journaled, and that the file was written is told after it', () => {
    expect(asked(after(made), { kind: 'answer proposal', id: set.id, answer: 'accept', reason: '' })).toEqual([
      answered('accept'),
    ])
    const told: Ask = { kind: 'tell proposal', id: set.id, written: true, says: 'it stands there' }
    expect(asked(after(made, answered('accept')), told)).toEqual([
      { kind: 'proposal.written', id: set.id, written: true, says: 'it stands there' },
    ])
  })

  test.each<readonly [string, readonly RunEvent[], Ask, string]>([
    ['of none that was made', [made], accept('nothing'), 'There is no proposal nothing.'],
    ['before any was made', [], accept(set.id), 'There is no proposal stop-grace.api.'],
    [
      'to write what only a person can',
      [made],
      accept(look.id),
      'What to write there is yours to say: change the file by hand.',
    ],
    [
      'that turns it down for good without a reason',
      [made],
      { kind: 'answer proposal', id: set.id, answer: 'never', reason: ' ' },
      'Turning it down for good needs a reason: it is not proposed again.',
    ],
    [
      'once it stands in the file',
      [made, answered('accept'), { kind: 'proposal.written', id: set.id, written: true, says: '' }],
      accept(set.id),
      'It stands in the file already.',
    ],
    [
      'that nobody gave',
      [made],
      { kind: 'tell proposal', id: set.id, written: true, says: '' },
      'Nobody is to write stop-grace.api.',
    ],
  ])('%s is refused', (_, events, ask, reason) => {
    expect(asked(after(...events), ask)).toBe(reason)
  })

  test('can be given again while nothing is written: what was left, or could not be written, is taken after all', () => {
    const failed: RunEvent = { kind: 'proposal.written', id: set.id, written: false, says: 'the disk is full' }
    for (const events of [[answered('not now')], [answered('never', 'why')], [answered('accept'), failed]])
      expect(asked(after(made, ...events), accept(set.id))).toEqual([answered('accept')])
  })
})

test('how a proposal stands is told by what was answered, then by the file', () => {
  const written = (ok: boolean): RunEvent => ({ kind: 'proposal.written', id: set.id, written: ok, says: 'so' })
  const offer = { id: set.id, stands: 'open', says: '', diff: [] } as const
  const word = (
    events: readonly RunEvent[],
    proposal = set,
    seen: typeof offer | { id: string; stands: 'there' | 'moved on'; says: string; diff: [] } | undefined = offer,
  ) => standingOf(after(made, ...events), proposal, seen).word
  expect(word([])).toBe('open')
  expect(word([], look)).toBe('to look at')
  expect(word([], set, { ...offer, stands: 'there', diff: [] })).toBe('in the file')
  expect(word([], set, { ...offer, stands: 'moved on', diff: [] })).toBe('not here')
  expect(word([answered('not now')])).toBe('left')
  expect(word([answered('never', 'why')])).toBe('never')
  expect(word([answered('accept')])).toBe('being written')
  expect(word([answered('accept'), written(true)])).toBe('in the file')
  expect(word([answered('accept'), written(false)])).toBe('not written')
  expect([changeText(set), changeText(look)]).toEqual(['services.api.stop.grace: 5s -> 10s', 'the procedure'])
})

function accept(id: string): Ask {
  return { kind: 'answer proposal', id, answer: 'accept', reason: '' }
}

/** The fixture's run up to its acceptance, and then. */
function after(...events: readonly RunEvent[]): RunState {
  const end = wholeRun.findIndex(([, , { kind }]) => kind === 'validation.accepted')
  const moments = [...wholeRun.slice(0, end + 1), ...events.map((event): Moment => [300, 'ana', event])]
  const lines: readonly Line[] = journal(moments)
  return replay(lines)
}

function step(state: RunState) {
  const [one] = Object.values(state.steps)
  if (one === undefined) throw new Error('no step')
  return one
}

/** The events it leads to, without the intent; or why it is refused. */
function asked(state: RunState, ask: Ask): readonly RunEvent[] | string {
  const epoch = state.helm.epoch
  const asker = { name: 'ana', console: state.helm.holder?.console ?? '', epoch }
  const gate = ask.kind === 'tell proposal' ? null : 'follow up'
  const decided = decide(state, { id: 'i', seenSeq: state.seq, epoch, gate, ask }, asker, {
    now: '',
    hash: text => text,
  })
  return decided.ok ? decided.events.slice(1) : decided.refusal.reason
}
