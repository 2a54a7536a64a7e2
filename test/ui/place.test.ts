import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listed, type Content } from '../../src/ui/panels/panel.ts'
import { row, textOf } from '../../src/ui/text/row.ts'
import { at, filtered, nowhere, pointedAt, shownAt, stepped, type Place } from '../../src/ui/view/place.ts'

/** Things of so many rows each, by their names. */
function content(things: readonly (readonly [name: string, rows: number])[]): Content {
  const blocks = things.map(([name, rows]) => ({
    id: name.startsWith('-') ? null : name,
    rows: Array.from({ length: rows }, (_, index) => row(`${name}.${index}`)),
  }))
  return { title: '', ...listed(blocks) }
}

/** What stands at the row that is pointed at, and how far below the top it is seen. */
function seen(of: Content, place: Place, height: number): readonly [string, number] | null {
  const { top, cursor } = shownAt(of, place, height)
  return cursor === null ? null : [textOf(of.rows[cursor] ?? []), cursor - top]
}

const anyThings = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,4}$/), fc.integer({ min: 1, max: 4 })), {
  minLength: 1,
  maxLength: 30,
  selector: ([name]) => name,
})
const height = 6

describe('a place in a panel', () => {
  test('stays on the thing pointed at, on the same row of the screen, whatever comes and goes above it', () => {
    fc.assert(
      fc.property(
        anyThings,
        fc.nat(40),
        fc.func(fc.boolean()),
        fc.integer({ min: 0, max: 20 }),
        (things, downs, stays, added) => {
          const before = content(things)
          let place: Place = nowhere
          for (let down = 0; down <= downs; down += 1) place = stepped(before, place, height, 1)
          const spot = pointedAt(before, place)
          fc.pre(spot !== null)
          const fresh = Array.from({ length: added }, (_, index) => [`NEW${index}`, 2] as const)
          // Enough of both sides that the row can stay where it is.
          const [head, tail] = [
            content([['HEAD', 20]]),
            Array.from({ length: 10 }, (_, index) => [`TAIL${index}`, 2] as const),
          ]
          expect(head.rows).toHaveLength(20)
          const kept = things.filter(([name]) => name === spot?.id || stays(name))
          const after = content([['HEAD', 20], ...fresh, ...kept, ...tail])
          const [whatBefore, rowBefore] = seen(before, place, height) ?? ['', -1]
          expect(seen(after, place, height)).toEqual([whatBefore, rowBefore])
        },
      ),
    )
  })

  test('goes on to the very next thing with each key, and jumps over nothing', () => {
    fc.assert(
      fc.property(anyThings, things => {
        const all = content(things)
        const visited: string[] = []
        let place: Place = nowhere
        for (let press = 0; press < all.rows.length + things.length; press += 1) {
          place = stepped(all, place, height, 1)
          const id = pointedAt(all, place)?.id
          if (id !== undefined && visited.at(-1) !== id) visited.push(id)
        }
        expect(visited).toEqual(things.map(([name]) => name))
      }),
    )
  })

  test('has the thing pointed at in sight after every key, and the way up is the way down', () => {
    fc.assert(
      fc.property(anyThings, fc.array(fc.constantFrom(1 as const, -1 as const), { maxLength: 60 }), (things, keys) => {
        const all = content(things)
        let place: Place = nowhere
        for (const key of keys) {
          const before = pointedAt(all, place)?.id
          place = stepped(all, place, height, key)
          const { top, cursor } = shownAt(all, place, height)
          const moved = pointedAt(all, place)?.id !== before
          if (moved) expect(cursor !== null && cursor >= top && cursor < top + height).toBe(true)
        }
      }),
    )
  })

  test('reads long text without things row by row before it points at what comes after', () => {
    const all = content([
      ['-text', 10],
      ['step', 1],
    ])
    const places = Array.from({ length: 6 }).reduce<readonly Place[]>(
      before => [...before, stepped(all, before.at(-1) ?? nowhere, height, 1)],
      [],
    )
    expect(places.map(place => [shownAt(all, place, height).top, place.cursor])).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, null],
      [5, 'step'],
      [5, 'step'],
    ])
  })

  test('points at nothing once its thing is gone, and no other takes its place', () => {
    const before = content([
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ])
    const place = stepped(before, stepped(before, nowhere, height, 1), height, 1)
    expect(pointedAt(before, place)?.id).toBe('b')
    expect(
      pointedAt(
        content([
          ['a', 1],
          ['c', 1],
        ]),
        place,
      ),
    ).toBeNull()
  })

  test('turned by pages ends at both ends, and never shows past them', () => {
    fc.assert(
      fc.property(anyThings, fc.integer({ min: -50, max: 200 }), (things, to) => {
        const all = content(things)
        const { top, max } = shownAt(all, at(all, nowhere, to, height), height)
        expect(top).toBeGreaterThanOrEqual(0)
        expect(top).toBeLessThanOrEqual(max)
      }),
    )
  })
})

describe('a filter', () => {
  test('keeps whole what has the text anywhere in it, and nothing else', () => {
    const all = content([
      ['-head', 1],
      ['api', 2],
      ['worker', 1],
    ])
    const kept = filtered({ ...all, rows: [...all.rows.slice(0, 2), row('an error'), ...all.rows.slice(3)] }, 'ERR')
    expect([kept.rows.map(textOf), kept.spots]).toEqual([['api.0', 'an error'], [{ at: 0, rows: 2, id: 'api' }]])
    expect(filtered(all, '  ')).toBe(all)
  })
})
