import { describe, expect, test } from 'vitest'
import { helmPatienceMs } from '../../src/state/helm.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { plusMs } from '../../src/state/times.ts'
import { openDialog } from '../../src/ui/dialogs/table.ts'
import { promptRow } from '../../src/ui/frame/footer.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type Effect, type View } from '../../src/ui/view/view.ts'
import { worldOf } from './support/world.ts'
import { stateAfter } from './support/states.ts'

const theme = themeOf({ theme: 'mono', ascii: false, animation: false, slowLink: false })

describe('the helm, on the screen', () => {
  test('is asked for by whoever has it not, and taken at once only with a reason', () => {
    const state = elsewhere()
    expect(pressed(state, ['H', 'tab', ...'I know it', 'tab', 'tab', 'enter'])).toEqual([
      { kind: 'send', ask: { kind: 'ask for the helm', reason: 'I know it' }, gate: null },
    ])
    const takes = ['H', ' ', 'tab']
    const without = looked(state, [...takes, 'tab', 'tab', 'enter'])
    expect([without.effects, without.view.dialog?.error]).toEqual([
      [],
      `eve has the helm since ${state.now.slice(11, 19)}. Ask them for it, or take it with a reason.`,
    ])
    expect(pressed(state, [...takes, ...'she sleeps', 'tab', 'tab', 'enter'])).toEqual([
      { kind: 'send', ask: { kind: 'take the helm', reason: 'she sleeps' }, gate: null },
    ])
  })

  test('asked for, is kept with a word, or given, by the key that the line names', () => {
    const state = asked()
    expect(said(state)).toBe('▲ H  ben asks for the helm, 0:30 left to answer: I know it')
    expect(pressed(state, ['H', 'tab', ...'nearly done', 'tab', 'tab', 'enter'])).toEqual([
      { kind: 'send', ask: { kind: 'keep the helm', to: 'b', word: 'nearly done' }, gate: null },
    ])
    expect(pressed(state, ['H', ' ', 'tab', 'tab', 'tab', 'enter'])).toEqual([
      { kind: 'send', ask: { kind: 'give the helm', to: 'b' }, gate: null },
    ])
  })

  test('is given to nobody but whom the dialog named', () => {
    const state = asked()
    const { view } = looked(state, ['H', ' '])
    const eve = { name: 'eve', console: 'e', at: state.now, reason: null }
    const later = { ...state, run: { ...state.run, helm: { ...state.run.helm, asked: eve } } }
    const done = looked(later, ['tab', 'tab', 'tab', 'enter'], view)
    expect([done.effects, done.view.dialog?.error]).toEqual([[], 'It is eve who asks for the helm now. Look again.'])
  })

  test('whose holder was asked and gave no answer, is taken without a reason', () => {
    const mine = asked()
    const waiting = { ...mine, me: { ...mine.me, name: 'ben', console: 'b', epoch: 0 } }
    expect(said(waiting)).toBe('▲ H  ana was asked for the helm, 0:30 left to answer.')
    const over = { ...waiting, now: plusMs(mine.now, helmPatienceMs) }
    expect(said(over)).toBe('▲ H  ana gave no answer: take the helm, no reason is needed.')
    const takes = ['H', 'tab', 'tab', 'enter']
    expect(pressed(waiting, takes)).toEqual([])
    expect(pressed(over, takes)).toEqual([{ kind: 'send', ask: { kind: 'take the helm', reason: null }, gate: null }])
  })
})

function elsewhere(): ConsoleState {
  const state = stateAfter(({ kind }) => kind === 'facts.gathered')
  const holder = { name: 'eve', console: 'e', since: state.now }
  return { ...state, run: { ...state.run, helm: { epoch: 2, holder } } }
}

function asked(): ConsoleState {
  const state = stateAfter(({ kind }) => kind === 'facts.gathered')
  const ask = { name: 'ben', console: 'b', at: state.now, reason: 'I know it' }
  return { ...state, run: { ...state.run, helm: { ...state.run.helm, asked: ask } } }
}

/** Each key a second after the one before, so that no dialog is deaf to it. */
function looked(state: ConsoleState, keys: readonly string[], from: View = firstView) {
  const began = from === firstView ? 0 : 60_000
  let view = from
  const effects: Effect[] = []
  for (const [index, key] of keys.entries()) {
    const done = press(view, key, worldOf(state, { view, clockMs: began + 1000 * (index + 1) }))
    view = done.view
    effects.push(...done.effects)
  }
  return { view, effects }
}

function pressed(state: ConsoleState, keys: readonly string[]): readonly Effect[] {
  return looked(state, keys).effects
}

function said(state: ConsoleState): string {
  return promptRow(firstView, state, theme, 100)
    .map(({ text }) => text)
    .join('')
}

test('whoever leaves is told whether anything goes on without them', () => {
  const open = stateAfter(({ kind }) => kind === 'plan.proposed')
  const says = (state: ConsoleState) => openDialog('leave', null, state, 0).says[0]?.text
  const gone = { ...open, connection: { ...open.connection, engine: 'gone' as const } }
  expect([open, gone, stateAfter(({ kind }) => kind === 'run.closed')].map(says)).toEqual([
    'The run goes on without this console.',
    'The engine of this run has ended: nothing goes on until somebody attaches.',
    'The run is closed: nothing of it is left to do.',
  ])
})
