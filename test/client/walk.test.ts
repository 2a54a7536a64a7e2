import { createHash } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPast } from '../../src/client/past.ts'
import { openWalk } from '../../src/client/walk.ts'
import { lineBytes, sealLine } from '../../src/state/chain.ts'
import type { Line, RunEvent } from '../../src/state/event.ts'
import { initialState, reduce, replay } from '../../src/state/reduce.ts'
import { phaseOf } from '../../src/state/selectors.ts'
import { asSeen, openStore, withLines, withSignals, type ConsoleStore } from '../../src/state/store.ts'
import { walkTo, type Walk } from '../../src/state/walk.ts'
import { journal, wholeRun, type Moment } from '../reports/fixture.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astern-walk-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('a walk through a run', () => {
  test('back and on again as often ends where it began, however it goes', () => {
    const phases = [1, 4, 9, 40]
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(70), (of, times) => {
        const k = Math.min(times, of - 1)
        let at: number | null = null
        for (let step = 0; step < k; step += 1) at = walkTo('back', at ?? of, of, phases)
        expect(at ?? of).toBe(of - k)
        for (let step = 0; step < k; step += 1) at = walkTo('on', at ?? of, of, phases)
        expect(at).toBe(null)
      }),
    )
  })

  test('stays within the journal, and by phases stops where one begins', () => {
    const walked = (to: Walk, seq: number) => walkTo(to, seq, 60, [1, 4, 9, 40])
    expect([walked('back', 1), walked('on', 59), walked('start', 60), walked('present', 3)]).toEqual([1, null, 1, null])
    expect([60, 41, 40, 9, 2, 1].map(seq => walked('phase back', seq))).toEqual([40, 40, 9, 4, 1, 1])
    expect([1, 5, 9, 40].map(seq => walked('phase on', seq))).toEqual([4, 9, 40, null])
  })
})

describe('the past of a journal', () => {
  test('is at every line what the lines up to it come to, wherever one comes from', async () => {
    const lines = write(longRun(2400))
    const past = openPast(directory)
    const wanted = [1, 2, 999, 1000, 1001, 1050, 2000, 2001, 2399, lines.length, 1, 1500, 700, 1499]
    for (const seq of wanted) {
      const seen = await past.at(seq)
      expect(seen?.run).toEqual(replay(lines.slice(0, seq)))
      expect(seen?.lines).toEqual(lines.slice(Math.max(0, seq - 500), seq))
    }
    expect(await past.at(lines.length + 1)).toBe(null)
  })

  test('at any line equals a replay of the first lines', async () => {
    const lines = write(longRun(1300))
    const past = openPast(directory)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: lines.length }), async seq => {
        expect((await past.at(seq))?.run).toEqual(replay(lines.slice(0, seq)))
      }),
      { numRuns: 60 },
    )
  })

  test('tells where each phase begins, as the fold tells it', async () => {
    const lines = write(wholeRun)
    const states = lines.map((_, index) => replay(lines.slice(0, index + 1)))
    const begins = states.flatMap((state, index) => {
      const before = states[index - 1]
      return before === undefined || phaseOf(before) !== phaseOf(state) ? [index + 1] : []
    })
    expect(await openPast(directory).phases(lines.length)).toEqual(begins)
  })

  test('goes on with a journal that grows, over a line that was only half written', async () => {
    const lines = sealed(longRun(1200))
    const bytes = lineBytes(lines)
    const half = lineBytes(lines.slice(0, 1100)).length + 20
    writeFileSync(join(directory, 'journal.jsonl'), bytes.slice(0, half))
    const past = openPast(directory)
    expect((await past.at(1090))?.run).toEqual(replay(lines.slice(0, 1090)))
    appendFileSync(join(directory, 'journal.jsonl'), bytes.slice(half))
    expect((await past.at(1150))?.run).toEqual(replay(lines.slice(0, 1150)))
    expect((await past.at(1100))?.lines).toEqual(lines.slice(600, 1100))
  })
})

describe('a console', () => {
  test('opens at the present, walks without losing a step that was asked for at once, and comes back', async () => {
    const lines = write(longRun(1100))
    const store = storeOf(lines)
    const walk = openWalk(directory, store)
    expect(store.getState().past).toBe(null)
    await Promise.all([walk('back'), walk('back'), walk('back')])
    const seen = store.getState().past
    const of = lines.length
    expect([seen?.seq, seen?.of, seen?.run]).toEqual([of - 3, of, replay(lines.slice(0, -3))])
    await Promise.all([walk('on'), walk('on'), walk('on')])
    expect(store.getState().past).toBe(null)
    await walk('start')
    expect(store.getState().past?.seq).toBe(1)
    await walk('present')
    expect(store.getState().past).toBe(null)
  })

  test('in the past is shown the run at that time and no live signal, while the present goes on', async () => {
    const lines = write(wholeRun)
    const store = storeOf(lines.slice(0, -1))
    const walk = openWalk(directory, store)
    const signal = { key: 'api@local', at: '', state: 'healthy', release: null, latencyMs: 1, note: '' } as const
    await walk('phase back')
    store.setState(state => ({ ...withSignals(state, [signal]), now: '2030-01-01T00:00:00.000Z' }))
    store.setState(state => withLines(state, lines.slice(-1)))
    const state = store.getState()
    const seq = state.past?.seq ?? 0
    expect([state.past?.of, state.run]).toEqual([lines.length, replay(lines)])
    const run = replay(lines.slice(0, seq))
    expect(asSeen(state)).toEqual({
      ...state,
      run,
      lines: lines.slice(0, seq),
      signals: {},
      now: lines[seq - 1]?.ts,
      connection: { engine: 'connecting', lastHeardAt: null },
    })
  })

  test('in the past is told whoever asks for its helm meanwhile, and that the run waits', async () => {
    const moments = wholeRun.slice(
      0,
      wholeRun.findIndex(([, , { kind }]) => kind === 'facts.gathered'),
    )
    const gathered = wholeRun[moments.length] as Moment
    const asked: RunEvent = { kind: 'helm.asked', epoch: 1, console: 'b', reason: null }
    const all = sealed([...moments, gathered, [60, 'ben', asked]])
    write([...moments, gathered, [60, 'ben', asked]])
    const store = storeOf(all.slice(0, moments.length))
    const me = { ...store.getState().me, console: 'c-1' }
    store.setState({ me })
    await openWalk(directory, store)('back')
    expect(asSeen(store.getState()).past?.meanwhile).toBe(undefined)
    store.setState(state => withLines(state, all.slice(moments.length, moments.length + 1)))
    expect(asSeen(store.getState()).past?.meanwhile).toBe('Meanwhile the run waits for you.')
    store.setState(state => ({ ...withLines(state, all.slice(moments.length + 1)), now: all.at(-1)?.ts ?? '' }))
    expect(asSeen(store.getState()).past?.meanwhile).toMatch(/^ben asks for the helm/)
  })

  test('whose journal cannot be read again stays at the present and is told so', async () => {
    const store = storeOf(sealed(wholeRun))
    await openWalk(join(directory, 'gone'), store)('back')
    const { past, answer } = store.getState()
    expect([past, answer?.refusal?.code]).toEqual([null, 'past'])
    expect(answer?.refusal?.reason).toContain('cannot be read again (ENOENT)')
  })
})

/** A whole run with many notes in its middle, each changing the state. */
function longRun(notes: number): readonly Moment[] {
  const middle = Math.floor(wholeRun.length / 2)
  const more = Array.from({ length: notes }, (_, n): Moment => [300, 'ana', { kind: 'note.added', text: `note ${n}` }])
  return [...wholeRun.slice(0, middle), ...more, ...wholeRun.slice(middle)]
}

function write(moments: readonly Moment[]): readonly Line[] {
  const lines = sealed(moments)
  writeFileSync(join(directory, 'journal.jsonl'), lineBytes(lines))
  return lines
}

function sealed(moments: readonly Moment[]): readonly Line[] {
  let prev = '0'.repeat(64)
  return journal(moments).map(({ v, seq, ts, mono, boot, run, actor, event }) => {
    const line = sealLine({ v, seq, ts, mono, boot, run, actor, event }, prev, text =>
      createHash('sha256').update(text).digest('hex'),
    )
    prev = line.h
    return line
  })
}

function storeOf(lines: readonly Line[]): ConsoleStore {
  const store = openStore({ name: 'ana', console: 'mine', role: 'watch', epoch: 0 }, lines.at(-1)?.ts ?? '')
  store.setState(state => withLines(state, lines))
  expect(store.getState().run).toEqual(lines.reduce(reduce, initialState))
  return store
}
