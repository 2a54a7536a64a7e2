import { describe, expect, test } from 'vitest'
import { linkJudge } from '../../src/ui/terminal/slow-link.ts'

/** One frame a second, each of which waits this long. */
function secondsUntilSlow(waitsMs: number, most = 120): number | null {
  const isSlow = linkJudge()
  for (let second = 0; second < most; second += 1) if (isSlow({ at: second * 1000, ms: waitsMs })) return second
  return null
}

describe('a link is slow', () => {
  test('where a tenth of the time goes by in waiting for it, within seconds', () => {
    expect([secondsUntilSlow(400), secondsUntilSlow(150)]).toEqual([2, 6])
  })

  test('where it stood still once', () => {
    expect(secondsUntilSlow(30_000)).toBe(0)
  })

  test('but not for what any terminal takes, however long that goes on', () => {
    expect([secondsUntilSlow(0.2, 10_000), secondsUntilSlow(60, 10_000)]).toEqual([null, null])
  })
})
