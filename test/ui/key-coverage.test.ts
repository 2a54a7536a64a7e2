import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/state/event.ts'
import { keyNames, keyTable, offReason } from '../../src/ui/keys/table.ts'
import { footerRow } from '../../src/ui/frame/footer.ts'
import { helpPanel } from '../../src/ui/panels/help.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { commandsFor } from '../../src/ui/view/commands.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView } from '../../src/ui/view/view.ts'
import { keyDoc } from './support/key-doc.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const phases: Readonly<Record<string, (event: RunEvent) => boolean>> = {
  '1, opening': ({ kind }) => kind === 'run.opened',
  '1, deciding': ({ kind }) => kind === 'facts.gathered',
  '2, approving': ({ kind }) => kind === 'plan.proposed',
  '3, at work': ({ kind }) => kind === 'plan.approved',
  '3, failed': event => event.kind === 'step.settled' && event.outcome === 'failed',
  '4, held': ({ kind }) => kind === 'held',
  '5, validating': event => event.kind === 'checks.ended' && event.suite === 'after',
  '6, following up': ({ kind }) => kind === 'review.booked',
  closed: ({ kind }) => kind === 'run.closed',
}
const cases = Object.keys(phases).flatMap(phase => (['helm', 'watch'] as const).map(role => ({ phase, role })))
const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })

describe('every key of the table', () => {
  test.each(cases)('in phase $phase at the $role either does something or says why not', ({ phase, role }) => {
    const state = stateAfter(phases[phase]!, role)
    const world = worldOf(state)
    const silent: string[] = []
    for (const row of keyTable) {
      const off = offReason(row, state)
      for (const key of row.keys) {
        const { view, effects } = press(firstView, key, world)
        if (off !== null) expect([row.id, view.notice, effects]).toEqual([row.id, off, []])
        else if (JSON.stringify(view) === JSON.stringify(firstView) && effects.length === 0)
          silent.push(`${row.id} (${key})`)
      }
    }
    // There is nothing to go back from in a console that was just opened.
    expect(silent.filter(name => !/^(back|up|top) /.test(name))).toEqual([])
  })

  test.each(cases)(
    'in phase $phase at the $role stands in the help and among the commands, with why it is off',
    ({ phase, role }) => {
      const state = stateAfter(phases[phase]!, role)
      const help = helpPanel(state, theme, 500).rows.map(textOf).join('\n')
      for (const row of keyTable) {
        const off = offReason(row, state)
        expect(help).toContain(row.help)
        for (const name of keyNames(row)) expect(help).toContain(name)
        if (off !== null) expect(help).toContain(`off: ${off}`)
        if (row.group === 'move') continue
        const commands = commandsFor(row.id, state).filter(command => command.row === row)
        expect(commands.map(command => command.off)).toEqual((row.takes ?? ['']).map(() => off))
      }
    },
  )

  test.each(cases)('in phase $phase at the $role is in the footer only while it does something', ({ phase, role }) => {
    const state = stateAfter(phases[phase]!, role)
    const footer = textOf(footerRow(firstView, state, 300))
    for (const row of keyTable) {
      if (row.label === '' || offReason(row, state) === null) continue
      expect(footer).not.toContain(`${keyNames(row)[0]} ${row.label}`)
    }
    expect(footer).toContain('? help')
  })
})

/** Without the table between its marks, it is made anew. */
test('the README has the same keys', () => {
  const file = resolve(import.meta.dirname, '../../README.md')
  const [before = '', rest = ''] = readFileSync(file, 'utf8').split('<!-- keys -->\n')
  const [held = '', after = ''] = rest.split('<!-- /keys -->')
  if (held.trim() === '') writeFileSync(file, `${before}<!-- keys -->\n${keyDoc()}\n<!-- /keys -->${after}`)
  const [, now = ''] = readFileSync(file, 'utf8').split('<!-- keys -->\n')
  expect(now.split('\n<!-- /keys -->')[0]).toBe(keyDoc())
})
