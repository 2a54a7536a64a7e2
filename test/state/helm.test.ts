import { describe, expect, test } from 'vitest'
import { decide } from '../../src/state/decide.ts'
import type { RunEvent } from '../../src/state/event.ts'
import { helmPatienceMs } from '../../src/state/helm.ts'
import { askedOf, helmWords } from '../../src/state/helm-words.ts'
import type { Ask } from '../../src/state/intent.ts'
import { initialState, reduce } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { plusMs } from '../../src/state/times.ts'
import { journal, opened, type Moment } from '../reports/fixture.ts'

const began = Date.UTC(2026, 10, 18, 3, 10, 0)
const at = (seconds: number): string => new Date(began + seconds * 1000).toISOString()

/** Ana has it from second 1 on. */
const anaHasIt: readonly Moment[] = [
  [0, 'ana', opened],
  [1, 'ana', { kind: 'helm.taken', epoch: 1, console: 'a', reason: null }],
]
const benAsks: readonly Moment[] = [
  ...anaHasIt,
  [10, 'ben', { kind: 'helm.asked', epoch: 1, console: 'b', reason: 'I know this database' }],
]
const ana = { name: 'ana', console: 'a', epoch: 1 }
const ben = { name: 'ben', console: 'b', epoch: 0 }
const eve = { name: 'eve', console: 'e', epoch: 0 }

describe('asking for the helm', () => {
  test('is written down with who and why, and changes nothing else', () => {
    expect(asks(anaHasIt, ben, { kind: 'ask for the helm', reason: ' I know this database ' }, 10)).toEqual([
      { kind: 'helm.asked', epoch: 1, console: 'b', reason: 'I know this database' },
    ])
    expect(stateOf(benAsks).helm).toEqual({
      epoch: 1,
      holder: { name: 'ana', console: 'a', since: at(1) },
      asked: { name: 'ben', console: 'b', at: at(10), reason: 'I know this database' },
    })
  })

  test.each<[string, readonly Moment[], typeof ana, Ask, number]>([
    ['You have the helm already.', anaHasIt, ana, { kind: 'ask for the helm', reason: null }, 5],
    ['Nobody is at the helm. Take it', [[0, 'ana', opened]], ben, { kind: 'ask for the helm', reason: null }, 5],
    ['You have asked. ana has until 03:10:40', benAsks, ben, { kind: 'ask for the helm', reason: null }, 20],
    ['ana gave no answer. Take the helm.', benAsks, ben, { kind: 'ask for the helm', reason: null }, 40],
    ['ben asked for the helm before you, at 03:10:10', benAsks, eve, { kind: 'ask for the helm', reason: null }, 20],
    ['ana has the helm since 03:10:01. Ask them', anaHasIt, ben, { kind: 'take the helm', reason: null }, 500],
    ['ana has the helm since 03:10:01. Ask them', benAsks, eve, { kind: 'take the helm', reason: ' ' }, 500],
    ['ana has until 03:10:40 to answer', benAsks, ben, { kind: 'take the helm', reason: null }, 39],
    ['ana has the helm since 03:10:01', benAsks, ben, { kind: 'give the helm', to: 'b' }, 20],
    ['Nobody asks for the helm now.', anaHasIt, ana, { kind: 'give the helm', to: 'b' }, 20],
    ['It is ben who asks for the helm now', benAsks, ana, { kind: 'give the helm', to: 'e' }, 20],
    ['Nobody asks for the helm now.', anaHasIt, ana, { kind: 'keep the helm', to: 'b', word: null }, 20],
  ])('is refused with "%s" where that is so', (words, moments, asker, ask, seconds) => {
    expect(decided(moments, asker, ask, seconds)).toEqual({
      ok: false,
      refusal: { code: 'helm', reason: expect.stringContaining(words) },
    })
  })

  test('is answered by giving it, and then the other one acts and the giver no more', () => {
    const given = asks(benAsks, ana, { kind: 'give the helm', to: 'b' }, 15)
    expect(given).toEqual([{ kind: 'helm.given', epoch: 2, console: 'b', to: 'ben' }])
    const after = withMore(benAsks, 15, 'ana', given)
    expect(stateOf(after).helm).toEqual({ epoch: 2, holder: { name: 'ben', console: 'b', since: at(15) } })
    expect(decided(after, { ...ben, epoch: 2 }, { kind: 'hold', reason: '' }, 16)).toMatchObject({ ok: true })
    expect(decided(after, ana, { kind: 'hold', reason: '' }, 16)).toMatchObject({ ok: false })
  })

  test('is answered by keeping it with a word, after which taking it needs a reason or another asking', () => {
    const kept = asks(benAsks, ana, { kind: 'keep the helm', to: 'b', word: ' nearly done ' }, 15)
    expect(kept).toEqual([{ kind: 'helm.kept', epoch: 1, console: 'b', to: 'ben', word: 'nearly done' }])
    const after = withMore(benAsks, 15, 'ana', kept)
    const { helm } = stateOf(after)
    expect(helm).toEqual({
      epoch: 1,
      holder: { name: 'ana', console: 'a', since: at(1) },
      kept: { by: 'ana', console: 'b', at: at(15), word: 'nearly done' },
    })
    expect(decided(after, ben, { kind: 'take the helm', reason: null }, 500)).toMatchObject({ ok: false })
    expect(decided(after, ben, { kind: 'take the helm', reason: 'she is wrong' }, 16)).toMatchObject({ ok: true })
    expect(decided(after, ben, { kind: 'ask for the helm', reason: null }, 16)).toMatchObject({ ok: true })
  })

  test('without an answer lets the one who asked take it, and the record says that no answer came', () => {
    const asked = at(10)
    const over = (Date.parse(plusMs(asked, helmPatienceMs)) - began) / 1000
    expect(asks(benAsks, ben, { kind: 'take the helm', reason: null }, over)).toEqual([
      { kind: 'helm.taken', epoch: 2, console: 'b', reason: 'ana was asked at 03:10:10, no answer came' },
    ])
    expect(asks(benAsks, eve, { kind: 'ask for the helm', reason: null }, over)).toEqual([
      { kind: 'helm.asked', epoch: 1, console: 'e', reason: null },
    ])
  })

  test('is not needed where nobody is at the helm, and counts for nothing once it changed hands', () => {
    const left: Moment = [20, 'astern', { kind: 'helm.left', epoch: 1, console: 'a' }]
    expect(stateOf([...benAsks, left]).helm).toEqual({ epoch: 1, holder: null })
    expect(asks([...benAsks, left], eve, { kind: 'take the helm', reason: null }, 21)).toEqual([
      { kind: 'helm.taken', epoch: 2, console: 'e', reason: null },
    ])
    const taken: Moment = [20, 'eve', { kind: 'helm.taken', epoch: 2, console: 'e', reason: 'ana sleeps' }]
    expect(stateOf([...benAsks, taken]).helm).toEqual({
      epoch: 2,
      holder: { name: 'eve', console: 'e', since: at(20) },
    })
    expect(decided([...benAsks, taken], ben, { kind: 'take the helm', reason: null }, 500)).toMatchObject({ ok: false })
  })

  test('is over when the console that asked is gone, and only that one', () => {
    const gone = (console: string): Moment => [20, 'astern', { kind: 'helm.unasked', console, name: 'ben' }]
    expect(stateOf([...benAsks, gone('b')]).helm).toEqual(stateOf(anaHasIt).helm)
    expect(stateOf([...benAsks, gone('e')]).helm).toEqual(stateOf(benAsks).helm)
  })
})

describe('a console', () => {
  test.each<[string, readonly Moment[], string, number, string | null]>([
    ['who asks it', benAsks, 'a', 20, 'ben asks for the helm, 0:20 left to answer: I know this database'],
    [
      'that its time to answer is over',
      benAsks,
      'a',
      45,
      'ben asks for the helm and may take it now: I know this database',
    ],
    ['how long it has to wait', benAsks, 'b', 20, 'ana was asked for the helm, 0:20 left to answer.'],
    ['that it need not wait', benAsks, 'b', 40, 'ana gave no answer: take the helm, no reason is needed.'],
    ['nothing, where it is about others', benAsks, 'e', 20, null],
    ['what it was told', kept('nearly done'), 'b', 20, 'ana keeps the helm: nearly done'],
    ['that it was told no', kept(null), 'b', 20, 'ana keeps the helm.'],
    ['nothing of that a minute later', kept(null), 'b', 90, null],
  ])('is told %s', (_, moments, console, seconds, words) => {
    expect(helmWords(stateOf(moments), console, at(seconds))).toBe(words)
  })

  test('is asked only while it has the helm', () => {
    expect(['a', 'b', 'e'].map(console => askedOf(stateOf(benAsks), console))).toEqual(['b', null, null])
  })
})

function kept(word: string | null): readonly Moment[] {
  return withMore(benAsks, 15, 'ana', [{ kind: 'helm.kept', epoch: 1, console: 'b', to: 'ben', word }])
}

function withMore(
  moments: readonly Moment[],
  seconds: number,
  who: string,
  events: readonly RunEvent[],
): readonly Moment[] {
  return [...moments, ...events.map(event => [seconds, who, event] as const)]
}

function stateOf(moments: readonly Moment[]): RunState {
  return journal(moments).reduce(reduce, initialState)
}

function decided(moments: readonly Moment[], asker: typeof ana, ask: Ask, seconds: number) {
  const state = stateOf(moments)
  const intent = { id: 'i', seenSeq: state.seq, epoch: asker.epoch, gate: null, ask }
  return decide(state, intent, asker, { now: at(seconds), hash: text => text })
}

/** The events it leads to, without the one that counts it. */
function asks(moments: readonly Moment[], asker: typeof ana, ask: Ask, seconds: number): readonly RunEvent[] {
  const answer = decided(moments, asker, ask, seconds)
  if (!answer.ok) throw new Error(answer.refusal.reason)
  return answer.events.filter(({ kind }) => kind !== 'intent.taken')
}
