import { describe, expect, test } from 'vitest'
import type { ConsoleState } from '../../src/state/store.ts'
import { valueOf } from '../../src/ui/dialogs/dialog.ts'
import { edit, type Typed } from '../../src/ui/input/edit.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type View } from '../../src/ui/view/view.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const approving = stateAfter(({ kind }) => kind === 'plan.proposed')

/** Each key a while after the one before. */
let clockMs = 0

function pressed(keys: readonly string[], from: View = firstView, state: ConsoleState = approving): View {
  return keys.reduce((view, key) => {
    clockMs += 1000
    return press(view, key, worldOf(state, { view, clockMs })).view
  }, from)
}

describe('what is typed in a dialog', () => {
  test('is there again when the dialog was left and is opened again', () => {
    const left = pressed(['n', ...'half a thought', 'esc'])
    expect(left.dialog).toBeNull()
    expect(valueOf(pressed(['n'], left).dialog!, 'text')).toBe('half a thought')
  })

  test('is gone once it was sent, and there again where that was refused', () => {
    const sent = pressed(['n', ...'all of it', 'enter'])
    expect(valueOf(pressed(['n'], sent).dialog!, 'text')).toBe('')
    const refusal = { code: 'engine', reason: 'The engine is not running.' }
    const refused = { ...approving, answer: { at: approving.now, refusal, ask: 'note' } }
    expect(valueOf(pressed(['n'], sent, refused).dialog!, 'text')).toBe('all of it')
    const taken = { ...approving, answer: { at: approving.now, refusal: null, ask: 'note' } }
    expect(valueOf(pressed(['n'], sent, taken).dialog!, 'text')).toBe('')
  })

  test('does not bring back what nobody changed: that is told anew', () => {
    const left = pressed(['e', 'tab', ...' and more', 'esc'])
    const before = valueOf(pressed(['e']).dialog!, 'text')
    const told = { ...approving, run: { ...approving.run, message: { subject: 'another subject', text: before } } }
    const dialog = pressed(['e'], left, told).dialog!
    expect([valueOf(dialog, 'subject'), valueOf(dialog, 'text')]).toEqual(['another subject', `${before} and more`])
  })

  test('never arms anything by having been there before: names are typed anew', () => {
    const left = pressed(['enter', ...'shop', 'esc'])
    const again = pressed(['enter'], left).dialog!
    expect(again.fields.filter(({ kind }) => kind === 'typed').map(field => valueOf(again, field.id))).toEqual(['', ''])
  })

  test('is undone change by change, and the last of them first', () => {
    const typed = pressed(['n', ...'abc', 'ctrl+u'])
    expect(
      ['ctrl+_', 'ctrl+_', 'ctrl+_'].map((_, index, keys) =>
        valueOf(pressed(keys.slice(0, index + 1), typed).dialog!, 'text'),
      ),
    ).toEqual(['abc', 'ab', 'a'])
    expect(
      valueOf(
        pressed(
          Array.from({ length: 9 }, () => 'ctrl+_'),
          typed,
        ).dialog!,
        'text',
      ),
    ).toBe('')
  })
})

describe('a line', () => {
  const line = (value: string, cursor = value.length): Typed => ({ value, cursor })

  test.each([
    ['ctrl+w', line('stop the  api'), line('stop the  ')],
    ['ctrl+w', line('stop the  '), line('stop ')],
    ['ctrl+k', line('stop the api', 5), line('stop ')],
    ['ctrl+u', line('stop the api', 5), line('the api', 0)],
    ['ctrl+left', line('stop the api'), line('stop the api', 9)],
    ['ctrl+left', line('stop the api', 5), line('stop the api', 0)],
    ['ctrl+right', line('stop the api', 5), line('stop the api', 8)],
    ['ctrl+right', line('日本 語', 0), line('日本 語', 2)],
    ['delete', line('abc', 1), line('ac', 1)],
  ])('after %s on %o is %o', (key, before, after) => {
    expect(edit(before, key)).toEqual(after)
  })
})
