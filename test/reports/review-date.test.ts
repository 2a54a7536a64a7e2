import { expect, test } from 'vitest'
import { isLate, proposeReviewAt } from '../../src/state/review-date.ts'

test.each([
  ['SEV-1', '2026-11-16T23:59:59.000Z', '2026-11-19T10:00:00.000Z', 'Monday: Thursday'],
  ['SEV-1', '2026-11-18T03:13:00.000Z', '2026-11-20T10:00:00.000Z', 'Wednesday: Friday, not the weekend'],
  ['SEV-1', '2026-11-19T03:13:00.000Z', '2026-11-20T10:00:00.000Z', 'Thursday: Friday, not the weekend'],
  ['SEV-1', '2026-11-20T20:00:00.000Z', '2026-11-23T10:00:00.000Z', 'Friday: Monday'],
  ['SEV-1', '2026-11-22T20:00:00.000Z', '2026-11-25T10:00:00.000Z', 'Sunday: Wednesday'],
  ['SEV-2', '2026-11-18T03:13:00.000Z', '2026-11-25T10:00:00.000Z', 'Wednesday: Wednesday after'],
  ['SEV-2', '2026-11-21T03:13:00.000Z', '2026-11-27T10:00:00.000Z', 'Saturday: Friday'],
  ['SEV-3', '2026-12-31T23:00:00.000Z', '2027-01-07T10:00:00.000Z', 'over the turn of the year'],
] as const)('after %s closed at %s the review is proposed for %s (%s)', (severity, closedAt, wanted, _why) => {
  expect(proposeReviewAt(severity, closedAt)).toBe(wanted)
})

test.each([
  ['Europe/Madrid', '2026-11-18T03:13:00.000Z', '2026-11-20T09:00:00.000Z', 'ten there'],
  ['Asia/Kathmandu', '2026-11-18T03:13:00.000Z', '2026-11-20T04:15:00.000Z', 'ten there, a quarter off'],
  ['Pacific/Auckland', '2026-11-17T12:30:00.000Z', '2026-11-19T21:00:00.000Z', 'it is the day after there already'],
  ['America/Los_Angeles', '2026-11-19T03:13:00.000Z', '2026-11-20T18:00:00.000Z', 'it is still the day before there'],
  ['America/New_York', '2026-10-30T15:00:00.000Z', '2026-11-02T15:00:00.000Z', 'the clocks go back in between'],
] as const)('a team in %s, after a SEV-1 closed at %s, meets at %s (%s)', (zone, closedAt, wanted, _why) => {
  expect(proposeReviewAt('SEV-1', closedAt, zone)).toBe(wanted)
})

test('a day after the last that is soon enough is late, where the team is', () => {
  const late = (at: string): boolean => isLate('SEV-1', '2026-11-16T20:00:00.000Z', at, 'Europe/Madrid')
  expect(['2026-11-19T22:30:00.000Z', '2026-11-19T23:30:00.000Z'].map(late)).toEqual([false, true])
})

test('every proposal is a working day to come, and within its bound, whatever the day', () => {
  const dayMs = 86_400_000
  for (let day = 0; day < 370; day += 1) {
    const closedAt = Date.UTC(2026, 0, 1, 15) + day * dayMs
    for (const [severity, most] of [
      ['SEV-1', 3],
      ['SEV-2', 7],
    ] as const) {
      const at = new Date(proposeReviewAt(severity, new Date(closedAt).toISOString()))
      const ahead = Math.round(
        (Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) - Date.UTC(2026, 0, 1 + day)) / dayMs,
      )
      expect([at.getUTCDay() % 6 !== 0, ahead >= 1 && ahead <= most, at.getUTCHours()]).toEqual([true, true, 10])
    }
  }
})
