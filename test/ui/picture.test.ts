import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { ConsoleState } from '../../src/state/store.ts'
import { awkward } from '../reports/fixture.ts'
import { openScreen } from './support/screen.ts'
import { stateAfter } from './support/states.ts'
import { svgOf } from './support/svg.ts'

const file = resolve(import.meta.dirname, '../../docs/screen.svg')

/** Taken away, it is made anew. */
test("the README's picture is what the screen draws", async () => {
  const screen = openScreen(calm(stateAfter(event => event.kind === 'plan.proposed')), 120, 36)
  try {
    await screen.until(lines => lines.join('').includes('enter approve'), 'the plan')
    const made = svgOf(screen.terminal)
    if (!existsSync(file)) writeFileSync(file, made)
    expect(readFileSync(file, 'utf8')).toBe(made)
  } finally {
    await screen.close()
  }
})

/** The fixture's outside text is as awkward as it can be; a picture for readers is not the place for it. */
function calm(state: ConsoleState): ConsoleState {
  const text = JSON.stringify(state).replaceAll(JSON.stringify(awkward).slice(1, -1), 'since the deploy')
  return JSON.parse(text) as ConsoleState
}
