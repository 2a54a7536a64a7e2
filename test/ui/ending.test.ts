import { expect, test } from 'vitest'
import type { Blocked } from '../../src/state/blocked.ts'
import { reduce } from '../../src/state/reduce.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { primaryOf } from '../../src/ui/view/primary.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type Effect, type View } from '../../src/ui/view/view.ts'
import { idleSession as seen, journal, steps, wholeRun } from '../reports/fixture.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const down = steps.down.id
const told = 'session 12 of shop@10.0.0.5:4412, its transaction open for 95 s, idle for 90 s'

test('who keeps a statement waiting is listed where it failed, and ended by the name of the database, not by Enter alone', () => {
  const state = blocked({ sessions: [seen] })
  const { view } = pressed(state, firstView, ['enter'])
  expect(view.dialog?.says.map(({ text }) => text)).toContain(told)
  const asked = pressed(state, view, ['down', 'down', 'enter'])
  expect(asked.view.dialog).toMatchObject({
    title: 'End a session',
    says: [{}, { text: told }, {}],
    focus: 1,
    destructive: true,
  })
  expect(pressed(state, asked.view, ['enter'])).toMatchObject({ view: { dialog: null }, effects: [] })
  expect(pressed(state, asked.view, ['tab', 'enter']).effects).toEqual([])
  const typed = pressed(state, asked.view, [...'main'])
  expect(pressed(state, typed.view, ['tab', 'tab', 'enter'])).toMatchObject({
    view: { dialog: null },
    effects: [{ kind: 'send', ask: { kind: 'end sessions', step: down, sessions: [seen] }, gate: null }],
  })
})

test('what is ended are the sessions that were shown, whoever keeps it waiting by then', () => {
  const shown = pressed(blocked({ sessions: [seen] }), firstView, ['enter', 'down', 'down', 'enter']).view
  const later = blocked({ sessions: [{ ...seen, id: 13 }] })
  const { view, effects } = pressed(later, shown, [...'main', 'tab', 'tab', 'enter'])
  expect([view.dialog?.error, effects]).toEqual([
    'Those are not the sessions that were seen to keep it waiting. Look again.',
    [],
  ])
})

test('that nobody may be ended is said with the right that is wanting', () => {
  const cannotEnd = "The account astern may not end others' sessions: GRANT CONNECTION ADMIN ON *.* TO 'astern'@'%'"
  const state = blocked({ sessions: [seen], cannotEnd })
  const { view } = pressed(state, firstView, ['enter'])
  expect(view.dialog?.says).toContainEqual({ text: cannotEnd, tone: 'accent' })
  expect(pressed(state, view, ['down', 'down', 'enter']).view.dialog).toMatchObject({
    kind: 'trouble',
    error: cannotEnd,
  })
})

test('while a statement waits, the screen says for whom, and offers to see them', () => {
  const running = stateAfter(event => event.kind === 'step.begun' && event.step === down)
  expect(primaryOf(running.run)).toBeNull()
  const run = reduce(running.run, {
    ...journal(wholeRun)[0]!,
    seq: running.run.seq + 1,
    event: { kind: 'sessions.blocking', database: 'main', sessions: [seen] },
  })
  const state = { ...running, run }
  expect(primaryOf(run)).toMatchObject({
    dialog: 'blockers',
    label: 'see who',
    prompt: expect.stringMatching(/^Waits for session 12 of shop: /),
  })
  const { view } = pressed(state, firstView, ['enter'])
  expect(view.dialog).toMatchObject({ title: 'A statement waits for others', destructive: false })
  expect(pressed(state, view, ['enter'])).toMatchObject({ view: { dialog: null }, effects: [] })
  expect(pressed(state, view, ['down', 'enter']).view.dialog).toMatchObject({ kind: 'end', focus: 1 })
})

function blocked(by: Blocked): ConsoleState {
  const state = stateAfter(event => event.kind === 'step.begun' && event.step === down)
  const fault = { code: 'database.blocked', what: 'It waits', means: 'Nothing was done.', next: 'Look.', blocked: by }
  const event = {
    kind: 'step.settled',
    step: down,
    attempt: 1,
    outcome: 'failed',
    says: '',
    observed: null,
    fault,
    output: null,
  } as const
  return { ...state, run: reduce(state.run, { ...journal(wholeRun)[0]!, seq: state.run.seq + 1, event }) }
}

let clockMs = 0

function pressed(
  state: ConsoleState,
  from: View,
  keys: readonly Parameters<typeof press>[1][],
): { view: View; effects: Effect[] } {
  const effects: Effect[] = []
  let view = from
  for (const key of keys) {
    clockMs += 5000
    const done = press(view, key, worldOf(state, { clockMs }))
    effects.push(...done.effects)
    view = done.view
  }
  return { view, effects }
}
