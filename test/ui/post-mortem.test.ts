import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import type { Dialog } from '../../src/ui/dialogs/dialog.ts'
import { dialogs, openDialog } from '../../src/ui/dialogs/table.ts'
import { followUpPanel } from '../../src/ui/panels/follow-up.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { wholeRun, type Moment } from '../reports/fixture.ts'
import { stateAfter } from './support/states.ts'

const booked = wholeRun.findIndex(([, , { kind }]) => kind === 'review.booked')

function after(...then: readonly RunEvent[]): ConsoleState {
  const moments = [...wholeRun.slice(0, booked + 1), ...then.map((event): Moment => [900, 'ana', event])]
  let seen = 0
  return stateAfter(() => (seen += 1) === moments.length, 'helm', moments)
}

function picked(dialog: Dialog, reason: string): Dialog {
  const fields = dialog.fields.map(field => {
    if (field.kind === 'pick') return { ...field, index: 1 }
    return field.kind === 'text' && field.id === 'reason' ? { ...field, value: reason } : field
  })
  return { ...dialog, fields }
}

test('the dialog of a post-mortem that is booked moves it, or calls it off with a reason', () => {
  const state = after()
  const dialog = openDialog('lessons', null, state, 0)
  const { lessons, owner, reviewAt } = state.run.lessons ?? {}
  expect(dialogs.lessons.submit(dialog, state)).toEqual({
    kind: 'ask',
    ask: { kind: 'add lessons', lessons: lessons?.trim(), owner, reviewAt },
  })
  expect(dialogs.lessons.submit(picked(dialog, 'a duplicate'), state)).toEqual({
    kind: 'ask',
    ask: { kind: 'call off', reason: 'a duplicate' },
  })
})

test('its time is shown and taken as a person types it, and as it stands in a journal', () => {
  const state = after()
  const dialog = openDialog('lessons', null, state, 0)
  const typed = (at: string): unknown => {
    const fields = dialog.fields.map(field =>
      field.kind === 'text' && field.id === 'reviewAt' ? { ...field, value: at } : field,
    )
    const done = dialogs.lessons.submit({ ...dialog, fields }, state)
    return done.kind === 'ask' && done.ask.kind === 'add lessons' ? done.ask.reviewAt : done
  }
  expect(dialog.fields.find(({ id }) => id === 'reviewAt')).toMatchObject({ value: '2026-11-20 10:00' })
  expect(['2026-12-05 9:30', '2026-12-05T09:30:00Z', 'next week'].map(typed)).toEqual([
    '2026-12-05T09:30:00.000Z',
    '2026-12-05T09:30:00Z',
    'next week',
  ])
})

test('one that was called off is not shown as to come, and its dialog books it anew', () => {
  const { at = '', owner = '' } = after().run.review ?? {}
  const state = after(
    { kind: 'review.withdrawn', reason: 'a duplicate' },
    { kind: 'review.cancelled', file: 'p.ics', at, owner, sha256: 's', sequence: 1, reason: 'a duplicate' },
  )
  const panel = followUpPanel(state, themeOf({ theme: 'mono', slowLink: false, ascii: false, animation: false }), 100)
  const text = JSON.stringify(panel)
  expect([text.includes('called off by ana: a duplicate'), text.includes(`${at}, owner`)]).toEqual([true, false])
  expect(openDialog('lessons', null, state, 0).fields.map(({ id }) => id)).toEqual(['lessons', 'owner', 'reviewAt'])
})
