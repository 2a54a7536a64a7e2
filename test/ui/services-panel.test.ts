import { expect, test } from 'vitest'
import { withSignals, type ConsoleState } from '../../src/state/store.ts'
import type { RunEvent } from '../../src/state/event.ts'
import type { Row } from '../../src/ui/text/row.ts'
import { servicesPanel } from '../../src/ui/panels/services.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { mixedRun } from '../reports/fixture.ts'
import { headerRow } from '../../src/ui/frame/header.ts'
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
  const { rows } = servicesPanel(seen, themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false }), 60)
  const shown = rows.map(spans => spans.map(({ text }) => text).join(''))
  const [service = '', host = ''] = key.split('@')
  expect(shown.find(line => line.includes(service) && line.includes(host))).toMatch(/1\.3\.0 .*unknown.* 42 s old/)
})

test('of versions that are mixed across instances it says so first, with what stands where, and so does the header', () => {
  const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
  const shown = (is: (event: RunEvent) => boolean): readonly string[] => {
    const state = stateAfter(is, 'helm', mixedRun)
    const { title, rows } = servicesPanel(state, theme, 80)
    return [title, textOf(rows[0] ?? []), textOf(headerRow(state, theme, 100))]
  }
  expect(shown(({ kind }) => kind === 'run.closed')).toEqual([
    'Services   versions mixed',
    'versions are mixed: 1.2.2: api@local; 1.3.0: auth@local',
    expect.stringContaining('versions mixed'),
  ])
  const before = shown(({ kind }) => kind === 'plan.approved')
  expect(before.join()).not.toContain('mixed')
})

function textOf(spans: Row): string {
  return spans.map(({ text }) => text).join('')
}

test('where the terminal takes its frames slowly the header says what sends less, until that is chosen', () => {
  const state = stateAfter(({ kind }) => kind === 'plan.proposed')
  const shown = (link: 'fine' | 'slow', slowLink: boolean): string =>
    textOf(headerRow({ ...state, link }, themeOf({ theme: 'mono', ascii: true, animation: false, slowLink }), 200))
  expect(shown('fine', false)).not.toMatch(/slow|seldom/)
  expect(shown('slow', false)).toContain('slow link, :slow link on sends less')
  expect(shown('slow', true)).toMatch(/drawn seldom/)
})
