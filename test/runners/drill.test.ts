import { describe, expect, test } from 'vitest'
import { checksNamed } from '../../src/runners/drill/drill-checks.ts'
import { followPlayed } from '../../src/runners/drill/follow-played.ts'
import { withPatience } from '../../src/runners/drill/patience.ts'
import type { PlayedEvent } from '../../src/state/drill/play/following.ts'
import { initialState, reduce } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'
import type { FaultAct } from '../../src/targets/faults/port.ts'
import { checkoutCheck, journal } from '../reports/fixture.ts'
import { inDrill, playedRun } from '../state/drill/played.ts'

describe('the checks of a drill', () => {
  const check = (name: string) => ({ ...checkoutCheck, name })
  const url = (text: string) => ({ kind: 'http', url: text, method: 'GET', headers: {}, json: null }) as const
  const login = { ...check('log in'), extract: { token: '$.token' }, holdMs: 5_000, consecutive: 3 }
  const cart = { ...check('cart'), request: url('http://h/{token}'), extract: { cart: '$.id' } }
  const order = { ...check('order'), request: url('http://h/{cart}') }
  const other = check('other')

  test('are those it names, with those that they take values from, in the order of the manifest', () => {
    const named = (...names: readonly string[]) =>
      checksNamed([login, cart, order, other], names).map(({ name }) => name)
    expect(named('order')).toEqual(['log in', 'cart', 'order'])
    expect(named('other', 'log in')).toEqual(['log in', 'other'])
    expect(named()).toEqual([])
  })

  test('wait for nothing to stay so', () => {
    expect(checksNamed([login], ['log in']).map(({ holdMs, consecutive }) => [holdMs, consecutive])).toEqual([
      [undefined, undefined],
    ])
  })
})

describe('a look at a target that does not answer', () => {
  const context = { run: 'DRILL-1', environment: 'shop', directory: '/', holder: '' }
  const target = { kind: 'database', database: 'main' } as const
  const lock = { kind: 'drill.inject', inject: 'x', fault: 'row_locks', target, settings: {}, expiresMs: 1 } as const
  const faults = (probe: FaultAct['probe']): FaultAct => ({
    able: () => Promise.reject(new Error('not asked')),
    seen: () => Promise.resolve([]),
    probe,
    apply: () => Promise.reject(new Error('not asked')),
    close: () => Promise.resolve(),
  })

  test('has seen nothing', async () => {
    const hangs = withPatience(
      faults(() => new Promise(() => undefined)),
      1,
    )
    expect(await hangs.probe(lock, context)).toEqual({
      verdict: 'unclear',
      says: 'no answer within 0.001 s',
      observed: null,
    })
  })

  test('and one that answers has seen what it says', async () => {
    const there = { verdict: 'holds', says: 'it is there', observed: null } as const
    expect(await withPatience(faults(() => Promise.resolve(there))).probe(lock, context)).toEqual(there)
  })
})

describe('what is played in a drill', () => {
  const lines = journal(inDrill(), playedRun)

  test('is told to it once, though its journal is read again while that is on its way', async () => {
    const told: PlayedEvent[] = []
    await followPlayed({
      played: onLines => {
        onLines(playedRun, lines.slice(0, 10))
        onLines(playedRun, lines.slice(10))
        return Promise.resolve()
      },
      state: () => initialState,
      onEvents: events => told.push(...events),
      signal: new AbortController().signal,
    })
    const keys = told.map(event => JSON.stringify(event))
    expect([keys.length > 4, keys]).toEqual([true, [...new Set(keys)]])
    const knows = journal(told.map(event => [0, 'astern', event])).reduce<RunState>(reduce, initialState)
    const again: PlayedEvent[] = []
    await followPlayed({
      played: onLines => Promise.resolve(onLines(playedRun, lines)),
      state: () => knows,
      onEvents: events => again.push(...events),
      signal: new AbortController().signal,
    })
    expect(again).toEqual([])
  })
})
