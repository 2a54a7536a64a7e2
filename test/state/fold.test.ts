import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import { fold, initialState, reduce } from '../../src/state/reduce.ts'
import { journal, wholeRun, type Moment } from '../reports/fixture.ts'

const key = fc.constantFrom('api@local', 'auth@local', 'database:main')
const changed = fc.record({
  kind: fc.constant('signal.changed' as const),
  signal: fc.record({
    key,
    at: fc.integer({ min: 0, max: 900 }).map(seconds => new Date(Date.UTC(2026, 10, 18, 3, 10, seconds)).toISOString()),
    state: fc.constantFrom('healthy' as const, 'unhealthy' as const, 'unproven' as const, 'unknown' as const),
    release: fc.constant(null),
    latencyMs: fc.constant(null),
    note: fc.constant(''),
  }),
})
const summed = fc.record({
  kind: fc.constant('signal.summed' as const),
  key,
  stage: fc.constantFrom('before' as const, 'during' as const, 'after' as const),
  from: fc.constant(''),
  samples: fc.integer({ min: 1, max: 50 }),
  failures: fc.constant(0),
  latencyMs: fc.option(fc.nat(900)),
})
const event: fc.Arbitrary<RunEvent> = fc.oneof(changed, summed, fc.constant({ kind: 'note.added', text: 'n' } as const))

test('lines folded at one time come to the same as one after the other, wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.nat(200), (events, cut) => {
      const middle = Math.floor(wholeRun.length / 2)
      const more = events.map((one): Moment => [300, 'astern', one])
      const lines = journal([...wholeRun.slice(0, middle), ...more, ...wholeRun.slice(middle)])
      const at = cut % lines.length
      const one = lines.reduce(reduce, initialState)
      expect(fold(fold(initialState, lines.slice(0, at)), lines.slice(at))).toEqual(one)
    }),
  )
})

test('what was folded once stays as it is, whatever is folded onto it', () => {
  fc.assert(
    fc.property(fc.nat(wholeRun.length - 1), fc.nat(wholeRun.length - 1), (first, second) => {
      const lines = journal(wholeRun)
      const [from, to] = [Math.min(first, second), Math.max(first, second)]
      const before = fold(initialState, lines.slice(0, from))
      const middle = fold(before, lines.slice(from, to))
      const seen = structuredClone([before, middle])
      fold(middle, lines.slice(to))
      fold(before, lines.slice(from))
      expect([before, middle]).toEqual(seen)
    }),
  )
})
