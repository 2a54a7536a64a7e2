import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { until } from '../live/support.ts'
import type { Pty } from './pty.ts'
import { openRunStage, type RunStage } from './stage.ts'

let stage: RunStage
beforeAll(async () => {
  stage = await openRunStage()
})
afterAll(() => stage.close())

const keys = [
  's',
  'b',
  'c',
  'l',
  'm',
  'd',
  'f',
  't',
  '?',
  '1',
  '2',
  'j',
  'k',
  'G',
  'g',
  'z',
  '\t',
  'i',
  '\u001b[B',
  'v',
]

describe('a screen of which only the cells that change are written', () => {
  test.each([
    ['80x24', { columns: 80, rows: 24 }, []],
    ['120x40 in a light theme', { columns: 120, rows: 40 }, ['--theme', 'light']],
    ['200x60 without colours', { columns: 200, rows: 60 }, ['--theme', 'mono']],
  ])('shows after any keys what one that is drawn anew shows, at %s', async (_, size, options) => {
    const [changed, anew] = [0, 1].map(() => stage.console({ ...size, args: ['watch', ...options] })) as [Pty, Pty]
    for (const pty of [changed, anew]) await pty.until(text => text.includes('ecide what to do'), 'the screen')
    const bursts = fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 8 })
    let bursted = 0
    // By a sign of its own each burst is known to have arrived at both.
    const same = (arrived: (text: string) => boolean, burst: readonly string[]): Promise<unknown> =>
      until(() => arrived(changed.text()) && seen(changed) === seen(anew), 'the same screen').catch(
        (error: unknown) => {
          throw new Error(`${String(error)} after ${JSON.stringify(burst)}\n${changed.text()}\n${anew.text()}`)
        },
      )
    await fc.assert(
      fc.asyncProperty(bursts, async burst => {
        const sign = String.fromCodePoint(97 + (bursted += 1))
        for (const key of [...burst, ':', 'x', 'q', sign]) for (const pty of [changed, anew]) pty.write(key)
        anew.write('\u000c')
        await same(text => text.includes(`xq${sign}`), burst)
        for (const pty of [changed, anew]) pty.write('\u001b')
        await same(text => !text.includes('xq'), burst)
      }),
      { numRuns: 12, endOnFailure: true },
    )
  })
})

/** Both look at the same run, each since a moment of its own: what is counted goes on, and latencies begin elsewhere. */
function seen(pty: Pty): string {
  return pty
    .text()
    .replaceAll(/\d/gu, '0')
    .replaceAll(/ *[▁-█][▁-█ ]*/gu, ' ')
    .replaceAll(/ +$/gmu, '')
}
