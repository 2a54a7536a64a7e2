import { expect, test } from 'vitest'
import { lastTimeOf } from '../../src/state/times.ts'

test('an hour and minute is the last time it was that, yesterday where today it is yet to come', () => {
  const now = '2026-11-18T03:10:00.000Z'
  expect(['2:51', '03:10', '23:40', '', '25:00', '3:7', 'now'].map(text => lastTimeOf(text, now))).toEqual([
    '2026-11-18T02:51:00.000Z',
    '2026-11-18T03:10:00.000Z',
    '2026-11-17T23:40:00.000Z',
    null,
    undefined,
    undefined,
    undefined,
  ])
})
