import { afterEach, describe, expect, test } from 'vitest'
import { asSeen, type ConsoleState } from '../../src/state/store.ts'
import { keyTable, offReason } from '../../src/ui/keys/table.ts'
import { refusalNow } from '../../src/ui/view/ask.ts'
import { openScreen, type Screen } from './support/screen.ts'
import { stateAfter } from './support/states.ts'

let screen: Screen | null = null
afterEach(async () => {
  await screen?.close()
  screen = null
})

describe('the past, on the screen', () => {
  test.each([
    [60, 15],
    [80, 24],
    [120, 36],
  ])('is said in the header at %i x %i, with its time and its line, and how to get back', async (columns, rows) => {
    const state = inThePast()
    screen = openScreen(state, columns, rows)
    const { seq = 0, of = 0, run } = state.past ?? {}
    const badge = ` PAST ${run?.at.slice(11, 19)}, line ${seq} of ${of} `
    await screen.until(lines => lines[0]?.includes(badge) === true, 'the badge')
    await screen.until(lines => lines.join('\n').includes('Esc: back to the present'), 'the way back')
    // What was decided later is not there yet.
    expect(screen.text().join('\n')).not.toContain('approve')
  })

  test('is walked by four keys, each counted in a packet, and left by Esc', async () => {
    screen = openScreen(
      stateAfter(({ kind }) => kind === 'plan.proposed'),
      100,
      30,
    )
    await screen.until(lines => lines.join('').includes('approve'), 'the present')
    screen.type('[[]{}')
    await screen.until(() => screen?.walks.length === 5, 'the walks')
    expect(screen.walks).toEqual(['back', 'back', 'on', 'phase back', 'phase on'])
    screen.set(inThePast())
    await screen.until(lines => lines[0]?.includes('PAST') === true, 'the past')
    screen.type('\u001b')
    await screen.until(() => screen?.walks.length === 6, 'the way back')
    expect(screen.walks.at(-1)).toBe('present')
  })

  test('is asked for nothing: every key that asks is off there, with one sentence', () => {
    const state = asSeen(inThePast())
    const asking = keyTable.filter(({ ask }) => ask !== undefined)
    const { seq = 0, of = 0 } = state.past ?? {}
    const reason = `This is line ${seq} of ${of}, and past. Back to the present first: Esc, then ask.`
    expect(asking.map(row => offReason(row, state))).toEqual(asking.map(() => reason))
    expect(refusalNow(inThePast(), { kind: 'note', text: 'a' }, null)).toEqual({ code: 'past', reason })
  })
})

/** Looks at the time before the decision, while a plan waits for approval. */
function inThePast(): ConsoleState {
  const now = stateAfter(({ kind }) => kind === 'plan.proposed')
  const then = stateAfter(({ kind }) => kind === 'facts.gathered')
  const of = now.run.seq
  return { ...now, past: { seq: then.run.seq, of, since: of, run: then.run, lines: then.lines } }
}
