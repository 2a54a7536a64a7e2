import { afterEach, describe, expect, test } from 'vitest'
import { sizes } from './support/looks.ts'
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
      const says = async (severity: 'SEV-3' | 'SEV-4'): Promise<readonly string[]> => {
        shown.set({ run: { ...state.run, decision: { ...state.run.decision!, severity } } })
        await shown.until(lines => lines[0]?.includes(severity) === true, severity)
        return shown.text()
      }
      // Whatever else was to be drawn is drawn by then: a frame is the whole of what is so.
      const before = await says('SEV-3')
      shown.bytes()
      const there = await says('SEV-4')
      expect(await says('SEV-3')).toEqual(before)
      const changed = there.filter((line, row) => line !== before[row]).length
      expect([1, 2]).toContain(changed)
      // A line that stays is passed over with four bytes; one that changes is written from there on, with its colours.
      const most = 4 * rows + changed * (columns + 80) + 100
      expect(shown.bytes(), 'there and back').toBeLessThanOrEqual(2 * most)
    },
  )
})
