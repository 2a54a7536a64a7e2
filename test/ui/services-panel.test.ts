import { expect, test } from 'vitest'
import { withSignals, type ConsoleState } from '../../src/state/store.ts'
import { servicesPanel } from '../../src/ui/panels/services.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { stateAfter } from './support/states.ts'

test('of a host that gives no answer it says what was known last, and how old that is', () => {
  const state = stateAfter(event => event.kind === 'plan.proposed')
  const now = '2026-11-22T03:30:00.000Z'
  const key = Object.keys(state.run.facts?.services ?? {})[0] ?? ''
  const seen: ConsoleState = {
    ...state,
    ...withSignals(state, [
      {
        key,
        at: now,
        state: 'unknown',
        release: null,
        latencyMs: null,
        note: 'unreachable: no answer',
        lastKnown: { at: '2026-11-22T03:29:18.000Z', state: 'healthy', release: '1.3.0' },
      },
    ]),
    now,
  }
  const { rows } = servicesPanel(seen, themeOf({ color: false, ascii: true, animation: false }), 60)
  const shown = rows.map(spans => spans.map(({ text }) => text).join(''))
  const [service = '', host = ''] = key.split('@')
  expect(shown.find(line => line.includes(service) && line.includes(host))).toMatch(/1\.3\.0 .*unknown.* 42 s old/)
})
