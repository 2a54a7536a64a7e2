import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import type { Candidate, Plan } from '../../src/state/plan.ts'
import { initialState, reduce } from '../../src/state/reduce.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { openDialog } from '../../src/ui/dialogs/table.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type Effect, type View } from '../../src/ui/view/view.ts'
import { journal, opened, plan, wholeRun, type Moment } from '../reports/fixture.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const candidate = (version: string, rest: Partial<Candidate> = {}): Candidate => ({
  version,
  found: ['ledger', 'images'],
  complete: true,
  knownGoodAt: '2026-11-10T12:00:00.000Z',
  target: false,
  passedOver: null,
  cannot: null,
  ...rest,
})
const lost = '1.2.3 is not on the host for api@local'
const candidates = [
  candidate('1.2.3', { complete: false, passedOver: lost, cannot: lost }),
  candidate('1.2.2', { target: true }),
  candidate('1.2.1'),
]

test('the releases are listed as they stood when it opened, the present target in focus: Enter alone plans nothing', () => {
  const state = waiting()
  const view = shown(state)
  expect(view.dialog?.fields).toMatchObject([
    { kind: 'list', index: 1, options: candidates.map(({ version }) => ({ value: version })) },
  ])
  const { view: after, effects } = pressed(state, view, ['enter'])
  expect([after.dialog?.error, effects]).toEqual(['1.2.2 is the target already.', []])
})

test('one that is not whole stands there with its reason, and is refused with it', () => {
  const state = waiting()
  const view = shown(state)
  const field = view.dialog?.fields[0]
  expect(field?.kind === 'list' ? field.options[0]?.label : null).toContain(`cannot be taken: ${lost}`)
  const { view: after, effects } = pressed(state, view, ['up', 'enter'])
  expect([after.dialog?.error, effects]).toEqual([`1.2.3 cannot be gone back to: ${lost}.`, []])
})

test('another is asked for by its version; where the plan was made again meanwhile, nothing is', () => {
  const state = waiting()
  const view = shown(state)
  const ask = { kind: 'plan again', version: '1.2.1' }
  expect(pressed(state, view, ['down', 'enter'])).toMatchObject({
    view: { dialog: null },
    effects: [{ kind: 'send', ask, gate: 'approve a1b2c3d4' }],
  })
  const other = waiting({ ...plan, candidates }, 'ffff')
  expect(pressed(other, view, ['down', 'enter'])).toMatchObject({
    view: { dialog: { error: expect.stringContaining('moved on') } },
    effects: [],
  })
})

test('with no plan there is no target to stand on: the list begins with going back', () => {
  const fault = { code: 'target.incomplete', what: '1.2.3 cannot be gone back to', means: '', next: '' }
  const state = stateAfter(({ kind }) => kind === 'plan.failed', 'helm', before({ kind: 'plan.failed', fault }))
  const { view, effects } = pressed(state, shown(state), ['enter'])
  expect([view.dialog, effects]).toEqual([null, []])
})

test('where the plan is blocked, or there is none, what can be done leads to the list, if another can be taken', () => {
  const ways = (state: ConsoleState): readonly (string | undefined)[] => {
    const field = openDialog('plan failed', null, state, 0).fields[0]
    return field?.kind === 'list' ? field.options.map(({ value }) => String(value)) : []
  }
  const blocked = waiting({ ...plan, candidates, blockers: ['no room on local'] })
  const at = ways(blocked).indexOf('another')
  const downs = Array.from({ length: at }, () => 'down')
  const choosing: View = { ...firstView, dialog: openDialog('plan failed', null, blocked, 0) }
  const { view, effects } = pressed(blocked, choosing, [...downs, 'enter'])
  expect([view.dialog?.kind, view.dialog?.gate, effects]).toEqual(['target', 'approve a1b2c3d4', []])
  const alone = waiting({ ...plan, candidates: candidates.slice(0, 2), blockers: ['no room on local'] })
  expect(ways(alone)).not.toContain('another')
})

test('the plan that is made for it is told against the one before', () => {
  const [steps, target] = [plan.steps.slice(1), { ...plan.target, version: '1.2.1' }]
  const again: readonly Moment[] = [
    ...before({ kind: 'plan.proposed', plan: { ...plan, candidates }, hash: 'a1b2c3d4' }),
    [70, 'ana', { kind: 'plan.withdrawn', hash: 'a1b2c3d4', version: '1.2.1' }],
    [72, 'astern', { kind: 'plan.proposed', plan: { ...plan, target, steps, candidates }, hash: 'e5' }],
  ]
  const run = journal(again).reduce(reduce, initialState)
  expect(run.run?.options).toEqual({ ...(opened.kind === 'run.opened' ? opened.options : {}), version: '1.2.1' })
  expect(run.plan).toMatchObject({
    hash: 'e5',
    revision: 1,
    diff: ['target: 1.2.2 -> 1.2.1', `- ${plan.steps[0]?.title}`],
    approved: null,
  })
})

function waiting(made: Plan = { ...plan, candidates }, hash = 'a1b2c3d4'): ConsoleState {
  return stateAfter(({ kind }) => kind === 'plan.proposed', 'helm', before({ kind: 'plan.proposed', plan: made, hash }))
}

/** The whole run up to its plan, and this in the plan's place. */
function before(event: RunEvent): readonly Moment[] {
  const at = wholeRun.findIndex(([, , { kind }]) => kind === 'plan.proposed')
  return [...wholeRun.slice(0, at), [62, 'astern', event]]
}

function shown(state: ConsoleState): View {
  return { ...firstView, dialog: openDialog('target', null, state, 0) }
}

function pressed(
  state: ConsoleState,
  view: View,
  keys: readonly string[],
): { readonly view: View; readonly effects: readonly Effect[] } {
  return keys.reduce(
    (now: { readonly view: View; readonly effects: readonly Effect[] }, key) => {
      const next = press(now.view, key, worldOf(state, { view: now.view, clockMs: 1000 }))
      return { view: next.view, effects: [...now.effects, ...next.effects] }
    },
    { view, effects: [] },
  )
}
