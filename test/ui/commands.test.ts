import { describe, expect, test } from 'vitest'
import { paste, press } from '../../src/ui/view/press.ts'
import { firstView, type Effect, type View } from '../../src/ui/view/view.ts'
import { placeOf } from '../../src/ui/view/front.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const approving = stateAfter(({ kind }) => kind === 'plan.proposed')
const atWork = stateAfter(({ kind }) => kind === 'plan.approved')

/** Each key a while after the one before. */
let clockMs = 0

function pressed(
  keys: readonly string[],
  state = approving,
  from: View = firstView,
): { view: View; effects: readonly Effect[] } {
  return keys.reduce<{ view: View; effects: readonly Effect[] }>(
    (before, key) => {
      clockMs += 1000
      const { view, effects } = press(before.view, key, worldOf(state, { view: before.view, clockMs }))
      return { view, effects: [...before.effects, ...effects] }
    },
    { view: from, effects: [] },
  )
}

describe('a command', () => {
  test('does what its key does, by its whole name or by what only it begins with', () => {
    expect(pressed([':', ...'services', 'enter']).view).toEqual(pressed(['s']).view)
    expect(pressed([':', ...'phase 3', 'enter']).view).toEqual(pressed(['3']).view)
    expect(pressed([':', ...'flo', 'enter']).view).toEqual(pressed(['f']).view)
  })

  test('is never the first of several: what is not yet one is not done', () => {
    const { view, effects } = pressed([':', ...'re', 'enter'])
    expect([view.line?.value, view.dialog, effects]).toEqual(['re', null, []])
    expect(view.notice).toBe('Type on until one is left; tab fills in.')
    expect(pressed([':', 'enter']).view.dialog).toBeNull()
  })

  test('that does not exist says so, and that is off says why', () => {
    expect(pressed([':', ...'xyzzy', 'enter']).view.notice).toBe('There is no such command; esc goes back.')
    expect(pressed([':', ...'resume', 'enter']).view).toMatchObject({ line: null, notice: 'The run is not held.' })
  })

  test('that acts opens the dialog its key opens, and arms nothing', () => {
    const { view, effects } = pressed([':', ...'stop', 'enter'], atWork)
    expect([view.dialog?.kind, view.line, effects]).toEqual(['stop', null, []])
  })

  test('is filled in by Tab as far as all that are left agree', () => {
    expect(pressed([':', ...'the', 'tab']).view.line?.value).toBe('theme ')
    expect(pressed([':', ...'theme l', 'tab']).view.line?.value).toBe('theme light')
  })

  test('for the screen changes how it draws, and nothing else', () => {
    const { view, effects } = pressed([
      ':',
      ...'theme light',
      'enter',
      ':',
      ...'slow link on',
      'enter',
      ':',
      ...'animation off',
      'enter',
    ])
    expect([view, effects]).toEqual([{ ...firstView, look: { theme: 'light', slowLink: true, animation: false } }, []])
  })
})

describe('a filter', () => {
  test('narrows while it is typed, stays with Enter, and is gone with Esc', () => {
    const typed = pressed(['l', '/', ...'check'], atWork).view
    expect(placeOf(typed, atWork).filter).toBe('check')
    const kept = pressed(['enter', 'down'], atWork, typed).view
    expect([kept.line, placeOf(kept, atWork).filter]).toEqual([null, 'check'])
    expect(placeOf(pressed(['esc'], atWork, kept).view, atWork).filter).toBe('')
    expect(placeOf(pressed(['esc'], atWork, typed).view, atWork).filter).toBe('')
  })

  test('takes keys that would act for text', () => {
    const { view, effects } = pressed(['/', ...'XhUq'], atWork)
    expect([view.line?.value, view.dialog, effects]).toEqual(['XhUq', null, []])
  })

  test('takes a paste where the cursor stands, as one line', () => {
    const { view } = pressed(['l', '/', 'f', 'd', 'left'], atWork)
    const pasted = paste(view, 'a😀ile\n', worldOf(atWork, { view, clockMs })).view
    expect(pasted.line).toEqual({ kind: 'filter', value: 'fa😀iled', cursor: 6 })
    expect(placeOf(pasted, atWork).filter).toBe('fa😀iled')
  })

  test('is each panel’s own', () => {
    const { view } = pressed(['l', '/', ...'check', 'enter', 's'], atWork)
    expect(placeOf(view, atWork).filter).toBe('')
    expect(placeOf(pressed(['l'], atWork, view).view, atWork).filter).toBe('check')
  })
})

describe('what is pointed at', () => {
  test('is inspected and copied, and the way back leads to where it was', () => {
    const pointing = pressed(['s', 'down', 'down'], approving).view
    const { view } = pressed(['i'], approving, pointing)
    expect(view.over).toEqual([{ kind: 'service', key: 'auth@local' }])
    expect(pressed(['esc'], approving, view).view).toEqual(pointing)
    const { effects } = pressed(['y'], approving, pointing)
    expect(effects).toEqual([{ kind: 'copy', text: expect.stringMatching(/^auth +local +1\.2\.2/) }])
  })

  test('is asked for, where nothing is', () => {
    expect(pressed(['i']).view.notice).toBe('Point at a row first, with up and down.')
  })
})

test('an answer to the run leads back to where it goes on', () => {
  const deciding = stateAfter(({ kind }) => kind === 'facts.gathered')
  const inspecting = pressed(['s', 'down', 'i'], deciding).view
  const tabs = Array.from({ length: 10 }, () => 'tab')
  const { view, effects } = pressed(['enter', ...tabs, 'enter'], deciding, inspecting)
  expect(effects).toMatchObject([{ kind: 'send', ask: { kind: 'decide' } }])
  expect([view.over, view.panel, view.phase, view.dialog]).toEqual([[], 'phase', null, null])
})
