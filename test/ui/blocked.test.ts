import { expect, test } from 'vitest'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type Effect, type View, type World } from '../../src/ui/view/view.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

test('Enter on a blocked plan says what blocks it, and offers the backup that could be restored instead', () => {
  const { run, ...rest } = stateAfter(({ kind }) => kind === 'plan.proposed')
  const made = { ...run.plan!.plan, blockers: ['main: no way down'], restorable: ['main from nightly, 3 h'] }
  const state = { ...rest, run: { ...run, plan: { ...run.plan!, plan: made } } }
  const opened = press(firstView, 'enter', worldAt(0)).view
  expect(opened.dialog).toMatchObject({
    title: 'The plan is blocked',
    says: [{ text: 'main: no way down', tone: 'bad' }],
    fields: [{ options: [{}, {}, { label: 'Restore main from nightly, 3 h' }, {}] }],
  })
  const { view, effects } = pressed(opened, ['down', 'down', 'tab', 'tab', 'enter'])
  expect([view.dialog, effects]).toEqual([
    null,
    [{ kind: 'send', ask: { kind: 'plan again', restore: 'newest' }, gate: `approve ${run.plan?.hash}` }],
  ])

  function worldAt(clockMs: number): World {
    return worldOf(state, { clockMs })
  }

  function pressed(from: View, keys: readonly Parameters<typeof press>[1][]): { view: View; effects: Effect[] } {
    const all: Effect[] = []
    let now = from
    for (const key of keys) {
      const { view: next, effects: done } = press(now, key, worldAt(5000))
      all.push(...done)
      now = next
    }
    return { view: now, effects: all }
  }
})
