import { expect, test } from 'vitest'
import { acceptDialog } from '../../src/ui/dialogs/follow-up.ts'
import { validatePanel } from '../../src/ui/panels/checks.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { checkoutCheck, loginCheck, result, wholeRun, type Moment } from '../reports/fixture.ts'
import { stateAfter } from './support/states.ts'

/** Before: log in passes, check out fails. After: the one broke, the other fails still. */
const stillBroken: readonly Moment[] = wholeRun.map(([at, who, event]): Moment => {
  if (event.kind !== 'check.settled' || event.suite !== 'after') return [at, who, event]
  const of = event.result.name === loginCheck.name ? loginCheck : checkoutCheck
  return [at, who, { ...event, result: result(of, 'fail', 'expected status 200, got 500') }]
})

test('says of each check what became of it, and of what failed before the rollback that it did', () => {
  const state = stateAfter(event => event.kind === 'checks.ended' && event.suite === 'after', 'helm', stillBroken)
  const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
  const { title, rows } = validatePanel(state, theme, 80)
  const shown = rows.map(spans =>
    spans
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  )
  expect(title).toBe('Validate   0 of 2 pass')
  expect(shown).toEqual([
    'check                    group              before     after      difference',
    'log in                   auth        must   + pass     x fail     broke',
    '    expected status 200, got 500',
    'checkout                 critical    must   x fail     x fail     failed before',
    '    expected status 200, got 500',
  ])
  expect(Math.max(...shown.map(line => line.length))).toBeLessThanOrEqual(80)
  expect(acceptDialog.draft(state, null).says.map(({ text }) => text)).toEqual([
    'must log in: expected status 200, got 500',
    'must checkout: expected status 200, got 500 (failed before the rollback too)',
  ])
})
