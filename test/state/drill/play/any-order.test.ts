import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Scenario } from '../../../../src/state/drill/scenario.ts'
import { scenario } from '../played.ts'
import { openWorld, toTheEnd, yes, type Answer, type World } from './world.ts'

/** Faults that lie together and one that does not, at once and later, and an event. */
const many: Scenario = {
  ...scenario,
  injects: [
    fault('first', 0),
    fault('second', 0),
    { ...fault('third', 3_000), target: { kind: 'host', host: 'local' }, fault: 'daemon_gone' },
    { ...fault('at-phase', 0), when: { kind: 'phase', phase: 2, step: null } },
    ...scenario.injects.filter(({ id }) => id === 'ceo'),
  ],
  deadlineMs: 120_000,
}

function fault(id: string, afterMs: number): Scenario['injects'][number] {
  return {
    id,
    when: { kind: 'time', afterMs },
    fault: 'row_locks',
    target: { kind: 'database', database: 'main' },
    settings: {},
    expiresMs: 60_000,
    text: null,
    wantsAnswer: false,
  }
}

const answer: fc.Arbitrary<Answer> = fc.record({
  says: fc.constantFrom('ok', 'ok', 'ok', 'failed', 'nobody', 'late', 'unclear'),
  changes: fc.boolean(),
})
type Move = (world: World) => void
const ids = fc.constantFrom('first', 'second', 'third', 'at-phase', 'ceo')
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(fc.nat(9), answer).map(
      ([index, how]): Move =>
        world =>
          world.move(index, how),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.nat(20).map(
      (seconds): Move =>
        world =>
          world.wait(seconds),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Move>(world => world.kill()) },
  { weight: 1, arbitrary: fc.constant<Move>(world => void world.ask({ kind: 'halt', reason: 'enough' })) },
  {
    weight: 1,
    arbitrary: ids.map(
      (inject): Move =>
        world =>
          void world.ask({ kind: 'fire', inject }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(ids, fc.boolean()).map(
      ([inject, held]): Move =>
        world =>
          void world.ask({ kind: 'hold inject', inject, held }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>(
      world => world.tell({ kind: 'drill.joined', run: 'DRILL-2' }),
      world => world.tell({ kind: 'drill.reached', run: 'DRILL-2', phase: 2, begins: null }),
      world => world.tell({ kind: 'drill.left', run: 'DRILL-2', outcome: 'reached' }),
    ),
  },
)
const moves = fc.array(move, { maxLength: 80 })

function played(all: readonly Move[]): World {
  const world = openWorld(many)
  for (const one of all) one(world)
  return world
}

/** What of the journal counts here, in its order. */
function story({ lines }: World): readonly string[] {
  return lines.flatMap(({ event }) => {
    if (event.kind === 'step.begun') return [`begins ${event.step}`]
    return event.kind === 'drill.ending' || event.kind === 'run.closed' || event.kind === 'drill.began'
      ? [event.kind]
      : []
  })
}

describe('whatever happens in a drill, and in whatever order', () => {
  test('all that was put at its targets is taken back before it is closed, once they answer', () => {
    fc.assert(
      fc.property(moves, all => {
        const world = played(all)
        world.ask({ kind: 'halt', reason: 'to its end' })
        toTheEnd(world, yes)
        if (!isGivenUp(world)) expect([...world.there]).toEqual([])
        expect(world.state().closed).not.toBeNull()
      }),
      { numRuns: 500 },
    )
  })

  test('it comes to its end, also where no target ever answers again', () => {
    fc.assert(
      fc.property(moves, fc.constantFrom<Answer['says']>('failed', 'nobody', 'late', 'unclear'), (all, says) => {
        const world = played(all)
        world.ask({ kind: 'halt', reason: 'to its end' })
        toTheEnd(world, { says, changes: false })
        expect(world.state().closed).not.toBeNull()
        const { closed } = world.state()
        if (world.there.size > 0) expect(closed).toMatchObject({ outcome: expect.not.stringMatching('reached') })
      }),
      { numRuns: 300 },
    )
  })

  test('nothing is put anywhere before it has begun or once it is ending, and nothing is taken back before', () => {
    fc.assert(
      fc.property(moves, all => {
        const world = played(all)
        toTheEnd(world, yes)
        const told = story(world)
        const [began, ending] = [told.indexOf('drill.began'), told.indexOf('drill.ending')]
        const at = (prefix: string): readonly number[] =>
          told.flatMap((one, index) => (one.startsWith(prefix) ? [index] : []))
        expect(
          at('begins inject.').filter(index => index < began || began < 0 || (ending >= 0 && index > ending)),
        ).toEqual([])
        expect(at('begins undo.').filter(index => index < ending || ending < 0)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('no fault is begun again while it may be there, and nothing is said twice', () => {
    fc.assert(
      fc.property(moves, all => {
        const world = played(all)
        const again: string[] = []
        const open = new Set<string>()
        for (const { event } of world.lines) {
          if (event.kind === 'step.retried') open.delete(event.step)
          if (event.kind !== 'step.begun' || !event.step.startsWith('inject.')) continue
          if (open.has(event.step)) again.push(event.step)
          open.add(event.step)
        }
        expect(again).toEqual([])
        const said = world.lines.flatMap(({ event }) => (event.kind === 'event.said' ? [event.inject] : []))
        expect(said).toEqual([...new Set(said)])
      }),
      { numRuns: 300 },
    )
  })

  test('there is no line after the last one', () => {
    fc.assert(
      fc.property(moves, all => {
        const world = played(all)
        world.ask({ kind: 'halt', reason: 'to its end' })
        toTheEnd(world, yes)
        for (const one of all) one(world)
        expect(world.lines.findIndex(({ event }) => event.kind === 'run.closed')).toBe(world.lines.length - 1)
      }),
      { numRuns: 100 },
    )
  })
})

/** Tried so often in vain before its targets answered that it was left to its own end. */
function isGivenUp(world: World): boolean {
  return world.state().closed?.why.startsWith('not taken back') === true
}
