import { describe, expect, test } from 'vitest'
import { withoutRun } from '../../src/state/no-run.ts'
import { openStore, withSignals, type ConsoleState } from '../../src/state/store.ts'
import { healthFrame } from '../../src/ui/health/frame.ts'
import { firstHealthView, pressHealth, type HealthView } from '../../src/ui/health/view.ts'
import type { Row } from '../../src/ui/text/row.ts'
import { cells } from '../../src/ui/text/width.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { opened } from '../reports/fixture.ts'

const says = 'No run is open in shop.'

describe('an environment without a run, on the screen', () => {
  test.each([
    [60, 15],
    [80, 24],
    [100, 30],
    [120, 40],
    [200, 60],
  ])('fills %i x %i, in Unicode and in ASCII, and says that no run is open and how to leave', (columns, rows) => {
    for (const ascii of [false, true]) {
      const theme = themeOf({ theme: 'default', ascii, animation: false, slowLink: false })
      const lines = healthFrame(firstHealthView, seen(), says, theme, { columns, rows }).rows
      expect(lines.map(line => cells(textOf(line)))).toEqual(Array.from({ length: rows }, () => columns))
      const text = lines.map(textOf).join('\n')
      for (const words of ['PRODUCTION', 'WATCH', 'shop', 'no run is open', says, 'api', 'healthy', 'q leave'])
        expect(text).toContain(words)
    }
  })

  test('shows the databases beside the services where there is room, and else by Tab', () => {
    const theme = themeOf({ theme: 'mono', ascii: false, animation: false, slowLink: false })
    const text = (view: HealthView, columns: number): string =>
      healthFrame(view, seen(), says, theme, { columns, rows: 24 }).rows.map(textOf).join('\n')
    const { view } = pressHealth(firstHealthView, 'tab', 0, 10)
    const database = 'main ✗ unhealthy cannot be reached'
    expect([120, 80].map(columns => text(firstHealthView, columns).includes(database))).toEqual([true, false])
    expect(text(view, 80)).toContain(database)
    expect(pressHealth(view, 'tab', 0, 10).view).toEqual(firstHealthView)
  })

  test('scrolls within what there is, leaves by q, and hears nothing else', () => {
    const press = (key: string, scroll: number) => pressHealth({ front: 'services', scroll }, key, 20, 8)
    const to = (key: string, scroll: number): number => press(key, scroll).view.scroll
    expect([to('down', 0), to('up', 0), to('page down', 15), to('G', 3), to('g', 9), to('j', 40)]).toEqual([
      1, 0, 20, 20, 0, 20,
    ])
    expect(['q', 'ctrl+c', 'ctrl+l', 'enter', 'H', 'X'].map(key => press(key, 0).effect)).toEqual([
      'leave',
      'leave',
      'redraw',
      null,
      null,
      null,
    ])
  })
})

function seen(): ConsoleState {
  if (opened.kind !== 'run.opened') throw new Error('the fixture opens a run')
  const now = '2026-11-18T03:10:00.000Z'
  const by = { name: 'ana', uid: 1000, from: '10.0.0.7' }
  const state = openStore({ name: 'ana', console: 'c', role: 'watch', epoch: 0 }, now).getState()
  const run = withoutRun(opened.manifest, '/srv/astern.yaml', now, by)
  const sample = { at: now, release: null, latencyMs: 12 }
  const signals = [
    { ...sample, key: 'api@local', state: 'healthy', release: '1.3.0', note: 'answers 200' },
    { ...sample, key: 'database:main', state: 'unhealthy', note: 'cannot be reached' },
  ] as const
  return { ...state, run, ...withSignals(state, signals) }
}

function textOf(line: Row): string {
  return line.map(({ text }) => text).join('')
}
