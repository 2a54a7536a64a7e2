import { afterEach, describe, expect, test } from 'vitest'
import { openScreen, type Screen } from './support/screen.ts'
import { stateAfter } from './support/states.ts'

let screen: Screen | null = null
afterEach(async () => {
  await screen?.close()
  screen = null
})

const panels = [
  { panel: 'the phase', key: '' },
  { panel: 'services', key: 's' },
  { panel: 'database', key: 'b' },
  { panel: 'checks', key: 'c' },
  { panel: 'log', key: 'l' },
  { panel: 'help', key: '?' },
  { panel: 'diff', key: 'd' },
  { panel: 'a dialog', key: '\r' },
]
const sizes = [
  [60, 15],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 60],
] as const
const cases = panels.flatMap(panel => sizes.map(([columns, rows]) => ({ ...panel, columns, rows })))

describe('one cell that changes', () => {
  test.each(cases)(
    'has its own line written and no other, with $panel in front at $columns x $rows',
    async ({ key, columns, rows }) => {
      const state = stateAfter(({ kind }) => kind === 'plan.proposed')
      screen = openScreen(state, columns, rows)
      const shown = screen
      await shown.until(lines => lines.join('').includes('approve'), 'the first frame')
      const first = shown.text().join('\n')
      if (key !== '') {
        shown.type(key)
        await shown.until(lines => lines.join('\n') !== first, 'the panel')
      }
      await untilStill(shown)
      const before = shown.text()
      const decision = { ...state.run.decision!, severity: 'SEV-4' as const }
      shown.set({ run: { ...state.run, decision } })
      await shown.until(lines => lines[0]?.includes('SEV-4') === true, 'the change')
      const bytes = await untilStill(shown)
      const changed = shown.text().filter((line, row) => line !== before[row]).length
      expect(changed).toBeLessThanOrEqual(2)
      // A line that stays is passed over with four bytes; one that changes is written from there on, with its colours.
      expect(bytes).toBeLessThanOrEqual(4 * rows + changed * (columns + 80) + 100)
    },
  )
})

/** Bytes until nothing more came for some frames. */
async function untilStill(screen: Screen): Promise<number> {
  let bytes = 0
  for (let quiet = 0; quiet < 4; quiet += 1) {
    await new Promise(done => setTimeout(done, 60))
    const more = screen.bytes()
    bytes += more
    if (more > 0) quiet = -1
  }
  return bytes
}
