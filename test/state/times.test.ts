import { expect, test } from 'vitest'
import { isTime, lastTimeOf, timeOf, whenText } from '../../src/state/times.ts'

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

test('a time in UTC is one that is on the calendar', () => {
  const times = ['2026-11-24T14:00Z', '2026-11-24T14:00:00Z', '2026-11-24T14:00:00.250Z', '2028-02-29T10:00:00Z']
  expect(times.map(isTime)).toEqual([true, true, true, true])
  const none = ['2026-13-24T14:00:00Z', '2026-02-31T10:00:00Z', '2026-11-24T24:00:00Z', '2026-11-24 14:00', '']
  expect(none.map(isTime)).toEqual([false, false, false, false, false])
})

test('a day and an hour as a person types them is a time in UTC, and is shown so', () => {
  const written = ['2026-11-24 14:00', ' 2026-11-24 9:05 UTC', '2026-11-24T14:00', '2026-11-24T14:00:00Z']
  const times = [
    '2026-11-24T14:00:00.000Z',
    '2026-11-24T09:05:00.000Z',
    '2026-11-24T14:00:00.000Z',
    '2026-11-24T14:00:00Z',
  ]
  expect(written.map(timeOf)).toEqual(times)
  expect(times.map(whenText)).toEqual(['2026-11-24 14:00', '2026-11-24 09:05', '2026-11-24 14:00', '2026-11-24 14:00'])
  expect(['2026-02-31 10:00', '2026-11-24 24:00', '2026-11-24', '14:00', 'tomorrow', ''].map(timeOf)).toEqual(
    Array.from({ length: 6 }, () => null),
  )
})
