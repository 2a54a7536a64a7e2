import { afterEach, describe, expect, test } from 'vitest'
import type { RunState } from '../../src/state/run-state.ts'
import { keyNames, keyTable } from '../../src/ui/keys/table.ts'
import { helpPanel } from '../../src/ui/panels/help.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { moments, sizes } from './support/looks.ts'
import { openScreen, type Screen } from './support/screen.ts'
import { stateAfter } from './support/states.ts'

let screen: Screen | null = null
afterEach(async () => {
  await screen?.close()
  screen = null
})

const cases = Object.keys(moments).flatMap(moment => sizes.map(([columns, rows]) => ({ moment, columns, rows })))

describe('the screen', () => {
  test.each(cases)(
    'at "$moment" fills $columns x $rows, with its borders whole and its last line the keys',
    async ({ moment, columns, rows }) => {
      for (const options of [
        { ascii: false, theme: 'default' as const },
        { ascii: true, theme: 'mono' as const },
      ]) {
        screen = openScreen(stateAfter(moments[moment]!), columns, rows, options)
        const { ascii } = options
        await screen.until(
          lines => lines[0]?.includes('shop') === true && (lines.at(-1)?.trim() ?? '') !== '',
          'the first frame',
        )
        const lines = screen.text()
        const [corner, end, side] = ascii ? ['+', '+', '|'] : ['┌', '┐', '│']
        const top = lines.findIndex(line => line.startsWith(corner) && line.endsWith(end))
        const bottom = lines.findLastIndex(line => line.startsWith(ascii ? '+-' : '└'))
        expect([lines.length, top, bottom > top + 1]).toEqual([rows, 2, true])
        for (const line of lines.slice(top + 1, bottom)) expect(line.startsWith(side) || /^[├+]/.test(line)).toBe(true)
        for (const line of lines.slice(top, bottom + 1)) expect(line.length).toBe(columns)
        expect(lines.at(-1)).toMatch(/\w/)
        if (ascii) expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/)
        await screen.close()
        screen = null
      }
    },
  )

  test('says that it is too small, and that the run goes on, under 60 x 15', async () => {
    screen = openScreen(stateAfter(moments['deciding']!), 30, 12)
    await screen.until(lines => lines.join(' ').includes('too small'), 'the notice')
    expect(screen.text().join(' ').replaceAll(/\s+/g, ' ').trim()).toBe(
      'PRODUCTION This terminal is too small. It has 30x12; 60x15 are needed. The run goes on. q leaves, and it still goes on.',
    )
  })

  test('does not write a frame anew though one cell changed', async () => {
    screen = openScreen(stateAfter(moments['approving']!), 120, 40)
    await screen.until(lines => lines.join('').includes('approve'), 'the first frame')
    const first = screen.bytes()
    screen.set({ watchers: 3 })
    await screen.until(lines => lines[0]?.includes('3 watching') === true, 'the change')
    expect(screen.bytes()).toBeLessThan(first / 5)
  })
})

describe('keys', () => {
  test('joined in one packet count one by one', async () => {
    screen = openScreen(stateAfter(moments['approving']!), 80, 15)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('jjj')
    await screen.until(lines => /\D4-\d+ of/.test(lines[2] ?? ''), 'three rows down')
  })

  test('typed ahead never answer a destructive dialog: it is deaf at first, and then wants the names', async () => {
    screen = openScreen(stateAfter(moments['approving']!), 80, 24)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('\rshop\rmain\r\r\r')
    await screen.until(lines => lines.join('').includes('Approve a plan that destroys something'), 'the dialog')
    expect(screen.asks).toEqual([])
    expect(screen.text().join('\n')).toContain('type shop: _')
  })

  test('approve only once every name is typed, and send the hash that was read and the gate it answered', async () => {
    const state = stateAfter(moments['approving']!)
    screen = openScreen(state, 80, 24)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('\r')
    await screen.until(lines => lines.join('').includes('type shop'), 'the dialog')
    await deafOver(screen)
    for (const name of ['shop', '\r', 'main', '\r', '\t', '\t', '\r']) screen.type(name)
    await screen.until(() => (screen?.asks.length ?? 0) > 0, 'the ask')
    expect(screen.asks).toEqual([
      {
        ask: { kind: 'approve', hash: state.run.plan?.hash, typed: ['shop', 'main'], unattendedUntil: null },
        gate: `approve ${state.run.plan?.hash}`,
      },
    ])
  })

  test('C asks for a plan with the other configuration where a container differs, and else says why it does not', async () => {
    const { run, ...rest } = stateAfter(moments['approving']!)
    screen = openScreen({ run, ...rest }, 100, 30)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('C')
    await screen.until(lines => lines.join('').includes('nothing to choose'), 'why not')
    expect(screen.asks).toEqual([])
    await screen.close()
    screen = openScreen({ run: drifted(run), ...rest }, 100, 30)
    await screen.until(lines => lines.join('').includes('Configuration: today'), 'the drift')
    screen.type('C')
    await screen.until(() => (screen?.asks.length ?? 0) > 0, 'the ask')
    expect(screen.asks).toEqual([
      { ask: { kind: 'plan again', configuration: 'recorded' }, gate: `approve ${run.plan?.hash}` },
    ])
  })

  test('B asks for a plan that restores a backup where one is known, and else says what to declare', async () => {
    const { run, ...rest } = stateAfter(moments['approving']!)
    screen = openScreen({ run, ...rest }, 100, 30)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('B')
    await screen.until(lines => lines.join('').includes('declare backups:'), 'why not')
    expect(screen.asks).toEqual([])
    await screen.close()
    const plan = { ...run.plan!, plan: { ...run.plan!.plan, restorable: ['main from nightly, 3 h'] } }
    screen = openScreen({ run: { ...run, plan }, ...rest }, 100, 30)
    await screen.until(lines => lines.join('').includes('main from nightly, 3 h'), 'what could be restored')
    screen.type('B')
    await screen.until(() => (screen?.asks.length ?? 0) > 0, 'the ask')
    expect(screen.asks).toEqual([{ ask: { kind: 'plan again', restore: 'newest' }, gate: `approve ${run.plan?.hash}` }])
  })

  test('P asks for a plan that replays the binlog into the backup, and takes that back again', async () => {
    const { run, ...rest } = stateAfter(moments['approving']!)
    screen = openScreen({ run, ...rest }, 100, 30)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('P')
    await screen.until(lines => lines.join('').includes('choose to restore one first'), 'why not')
    expect(screen.asks).toEqual([])
    await screen.close()
    const restore = { backup: null, salvage: true }
    const offered = {
      ...run.plan!.plan,
      options: { ...run.plan!.plan.options, restore },
      replayable: ['main from b.000001:4'],
    }
    screen = openScreen({ run: { ...run, plan: { ...run.plan!, plan: offered } }, ...rest }, 100, 30)
    await screen.until(lines => lines.join('').includes('main from b.000001:4'), 'what could be replayed')
    screen.type('P')
    await screen.until(() => (screen?.asks.length ?? 0) > 0, 'the ask')
    expect(screen.asks).toEqual([{ ask: { kind: 'plan again', replay: 'all' }, gate: `approve ${run.plan?.hash}` }])
    await screen.close()
    const asked = { ...offered, options: { ...offered.options, restore: { ...restore, replay: { until: null } } } }
    screen = openScreen({ run: { ...run, plan: { ...run.plan!, plan: asked } }, ...rest }, 140, 30)
    await screen.until(lines => lines.join('').includes('P no replay'), 'the other way round')
    screen.type('P')
    await screen.until(() => (screen?.asks.length ?? 0) > 0, 'the ask')
    expect(screen.asks).toEqual([{ ask: { kind: 'plan again', replay: 'none' }, gate: `approve ${run.plan?.hash}` }])
  })

  test('Esc goes back and destroys nothing, wherever it is pressed', async () => {
    screen = openScreen(stateAfter(moments['approving']!), 80, 24)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('\r')
    await screen.until(lines => lines.join('').includes('type shop'), 'the dialog')
    await deafOver(screen)
    screen.type('\u001b')
    await screen.until(lines => !lines.join('').includes('type shop'), 'the dialog is gone')
    expect(screen.asks).toEqual([])
  })

  test('are all in the help, and what is off there says why', () => {
    const state = stateAfter(moments['approving']!)
    const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
    const text = helpPanel(state, theme, 400).rows.map(textOf).join('\n')
    for (const row of keyTable) {
      expect(text).toContain(row.help)
      for (const key of keyNames(row)) expect(text).toContain(key)
    }
    expect(text).toContain('off: The run is not held.')
  })

  test('stand for one thing each', () => {
    const all = keyTable.flatMap(({ id, keys }) => keys.map(key => ({ id, key })))
    const shared = all.filter(({ id, key }) => all.some(other => other.key === key && other.id !== id))
    expect(shared).toEqual([])
  })

  test('of a watcher look and never act, and say so', async () => {
    screen = openScreen(stateAfter(moments['deciding']!, 'watch'), 80, 24)
    await screen.until(lines => lines[0]?.includes('WATCH') === true, 'the badge')
    screen.type('\r')
    await screen.until(lines => lines.join('').includes('This console watches'), 'the reason')
    for (const key of ['h', 'n', 'U', 'X', 'R', 'B', 'e']) screen.type(key)
    screen.type('4')
    await screen.until(lines => lines[2]?.includes('Steps') === true, 'a look at phase 4')
    expect(screen.asks).toEqual([])
  })
})

/** The dialog hears nothing for its first moment; a look that changes nothing tells when it hears again. */
async function deafOver(screen: Screen): Promise<void> {
  await screen.until(lines => {
    if (lines.join('').includes('❯ [ Approve ]')) return true
    screen.type('\u001b[C')
    return false
  }, 'the dialog hears')
  screen.type('\u001b[D')
  await screen.until(lines => lines.join('').includes('❯ [ Cancel ]'), 'Cancel in focus')
}

function drifted(state: RunState): RunState {
  const { run, plan } = state
  if (run === null || plan === null) throw new Error('there is no plan')
  const docker = { kind: 'docker', endpoint: { kind: 'unix', path: '/s' }, address: '' } as const
  const hosts = Object.fromEntries(Object.keys(run.manifest.hosts).map(name => [name, docker]))
  return {
    ...state,
    run: { ...run, manifest: { ...run.manifest, hosts } },
    plan: { ...plan, plan: { ...plan.plan, warnings: [], drift: ['api: env MODE changed'] } },
  }
}
