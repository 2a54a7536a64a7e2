import { afterEach, describe, expect, test } from 'vitest'
import { guideOf } from '../../src/state/drill/guide/guide.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { composeFrame } from '../../src/ui/frame/compose.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type View } from '../../src/ui/view/view.ts'
import { moments, sizes } from './support/looks.ts'
import { openScreen, type Screen } from './support/screen.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
const guided: View = { ...firstView, guided: true }

let screen: Screen | null = null
afterEach(async () => {
  await screen?.close()
  screen = null
})

describe('a guided console', () => {
  test.each(Object.keys(moments))(
    'explains "%s" by itself at every size, and still says what the run waits for',
    moment => {
      const state = stateAfter(moments[moment]!)
      for (const [columns, rows] of sizes) {
        const lines = composeFrame(guided, state, theme, { columns, rows }).rows.map(textOf)
        const title = guideOf(state.run, state.drill).title.slice(0, 30)
        expect(lines.join('\n')).toContain(`Guide: ${title}`)
        expect(lines.join('\n')).toContain('So it is now')
        expect(lines.at(-2)).toEqual(composeFrame(firstView, state, theme, { columns, rows }).rows.map(textOf).at(-2))
        expect(lines.at(-1)).toMatch(/esc back/)
      }
    },
  )

  test('shows the phase itself after Esc, and the guide again by its key, until the run has another moment', () => {
    const deciding = at('deciding')
    const left = pressed(guided, ['esc'], deciding)
    expect(title(left, deciding)).toMatch(/^\+ Assess/)
    expect(footer(left, deciding)).toContain('E guide')
    expect(title(pressed(left, ['E'], deciding), deciding)).toMatch(/^\+ Guide: 1 of 6/)
    expect(title(pressed(left, ['E', 'E'], deciding), deciding)).toMatch(/^\+ Assess/)
    expect(title(left, at('approving'))).toMatch(/^\+ Guide: 2 of 6, Plan/)
  })

  test('covers nothing that was opened: no dialog, no other panel, no phase looked at, no line', () => {
    const [before, after] = [at('deciding'), at('approving')]
    for (const keys of [['enter'], ['s'], ['3'], ['l', '/'], ['?'], [':']]) {
      const open = pressed(pressed(guided, ['esc'], before), keys, before)
      expect([keys, title(open, after)]).toEqual([keys, expect.not.stringContaining('Guide')])
    }
  })

  test('lets Enter do what it does without it, and comes back where a dialog was left', () => {
    const state = at('deciding')
    const dialog = pressed(guided, ['enter'], state)
    expect(dialog.dialog?.kind).toBe('decide')
    expect(title(pressed(dialog, ['esc'], state), state)).toMatch(/^\+ Guide/)
  })

  test('explains nothing by itself unless that was asked for, and anything by key', () => {
    const state = at('deciding')
    expect(title(firstView, state)).not.toContain('Guide')
    expect(title(pressed(firstView, ['E'], state), state)).toMatch(/^\+ Guide/)
    expect(footer(firstView, state)).not.toContain('E guide')
  })

  test('is read from its beginning at each moment, however far the one before was read', () => {
    const read = pressed(guided, ['page down', 'page down'], at('deciding'))
    expect(shown(read, at('deciding'))).not.toContain('So it is now')
    expect(shown(read, at('approving'))).toContain('So it is now')
  })

  test('goes from moment to moment in the real renderer, started with --guided', async () => {
    screen = openScreen(at('deciding'), 80, 24, { guided: true })
    await screen.until(lines => lines.join('\n').includes('Guide: 1 of 6, Assess: decide'), 'the first')
    screen.type('\u001b')
    await screen.until(lines => lines.join('\n').includes('Proposed: SEV-2'), 'the phase')
    screen.set(at('approving'))
    await screen.until(lines => lines.join('\n').includes('Guide: 2 of 6, Plan'), 'the next')
  })
})

let clockMs = 0

function at(moment: string): ConsoleState {
  return stateAfter(moments[moment]!)
}

function pressed(from: View, keys: readonly string[], state: ConsoleState): View {
  // Each call a minute after the one before, so that no dialog is deaf.
  clockMs += 60_000
  return keys.reduce((view, key) => press(view, key, worldOf(state, { view, clockMs })).view, from)
}

function lines(view: View, state: ConsoleState): readonly string[] {
  return composeFrame(view, state, theme, { columns: 80, rows: 24 }).rows.map(textOf)
}

function shown(view: View, state: ConsoleState): string {
  return lines(view, state).join('\n')
}

function title(view: View, state: ConsoleState): string {
  return lines(view, state)[2] ?? ''
}

function footer(view: View, state: ConsoleState): string {
  return lines(view, state).at(-1) ?? ''
}
