import { describe, expect, test } from 'vitest'
import type { Service } from '../../../src/state/manifest.ts'
import { needsOf, planned } from './planned.ts'

const bound = { sharesWith: ['api'] } as const

describe('a container that is bound to another one', () => {
  test('is made anew only after the container it is bound to stands in its place', () => {
    const plan = planned({ api: { hosts: ['a'] }, side: { hosts: ['a'] } }, { 'side@a': bound })
    expect(needsOf(plan, 'side@a.point')).toEqual(expect.arrayContaining(['side@a.stop', 'api@a.point']))
    expect(needsOf(plan, 'side@a.start')).toContain('api@a.health')
    expect(needsOf(plan, 'api@a.stop')).toContain('side@a.stop')
  })

  const apart: readonly (readonly [string, Partial<Service>, Partial<Service>])[] = [
    ['its hosts are named in another order', { hosts: ['a', 'b'] }, { hosts: ['b', 'a'] }],
    ['more of it may go at once', { hosts: ['a', 'b'] }, { hosts: ['a', 'b'], maxParallel: 2 }],
    ['it must never run twice at once', { hosts: ['a', 'b'] }, { hosts: ['a', 'b'], kind: 'cron' }],
    ['more of the other may go at once', { hosts: ['a', 'b'], maxParallel: 2 }, { hosts: ['a', 'b'] }],
  ]
  test.each(apart)('is down before that one is, on every host, also where %s', (_, api, side) => {
    for (const preserveData of [false, true]) {
      const plan = planned(
        { api: { hosts: [], ...api }, side: { hosts: [], ...side } },
        { 'side@a': bound, 'side@b': bound },
        preserveData,
      )
      for (const host of ['a', 'b']) {
        expect(needsOf(plan, `api@${host}.stop`)).toContain(`side@${host}.stop`)
        expect(needsOf(plan, `side@${host}.point`)).toContain(`api@${host}.point`)
      }
      expect(inOrder(plan.steps)).toBe(true)
    }
  })
})

/** Every step can come to its turn. */
function inOrder(steps: readonly { readonly id: string; readonly needs: readonly string[] }[]): boolean {
  const past = new Set<string>()
  for (;;) {
    const next = steps.filter(({ id, needs }) => !past.has(id) && needs.every(need => past.has(need)))
    if (next.length === 0) return past.size === steps.length
    for (const { id } of next) past.add(id)
  }
}
