import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConsoleState } from '../../src/state/store.ts'
import { openDialog } from '../../src/ui/dialogs/table.ts'
import { composeFrame } from '../../src/ui/frame/compose.ts'
import { keyTable } from '../../src/ui/keys/table.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf, themeNames } from '../../src/ui/theme.ts'
import { primaryOf } from '../../src/ui/view/primary.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type View } from '../../src/ui/view/view.ts'
import { mixedRun, wholeRun } from '../reports/fixture.ts'
import { drillAfter, inDrill } from '../state/drill/played.ts'
import { boxFaults, inTerminal } from './support/geometry.ts'
import { looksAt, moments, sizes } from './support/looks.ts'
import { stateAfter, stateAt } from './support/states.ts'
import { worldOf } from './support/world.ts'

const cases = Object.keys(moments).flatMap(moment => sizes.map(([columns, rows]) => ({ moment, columns, rows })))

describe('every screen', () => {
  test.each(cases)(
    'of "$moment" fills $columns x $rows in every theme, wraps nothing and keeps its boxes',
    async ({ moment, columns, rows }) => {
      const state = stateAfter(moments[moment]!)
      const faults: string[] = []
      for (const [name, view] of looksAt(state)) {
        for (const ascii of [false, true]) {
          const theme = themeOf({ theme: ascii ? 'mono' : 'default', ascii, animation: false, slowLink: false })
          const frame = composeFrame(view, state, theme, { columns, rows })
          faults.push(...(await faultsOf(frame.rows, columns, rows, ascii)).map(fault => `${name}: ${fault}`))
        }
      }
      expect(faults).toEqual([])
    },
  )

  test.each(cases)(
    'of "$moment" says at $columns x $rows where it is, what is next and how to get help, uncut',
    ({ moment, columns, rows }) => {
      const state = stateAfter(moments[moment]!)
      const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
      const lines = composeFrame(firstView, state, theme, { columns, rows }).rows.map(textOf)
      const prompt = primaryOf(state.run)?.prompt
      expect(lines[0]).toMatch(/PRODUCTION .*shop .*\d\/6 [A-Z]+/)
      expect(lines[1]).toMatch(/Assess.*Plan.*Services.*Database.*Validate.*Follow-up/)
      if (prompt !== undefined && !prompt.startsWith('Failed')) expect(lines.at(-2)).toContain(prompt)
      expect(lines.at(-1)).toMatch(/leave.*\? help/)
    },
  )

  test.each(cases)(
    'of "$moment" shows at $columns x $rows both buttons of a dialog and every name it wants typed',
    ({ moment, columns, rows }) => {
      const state = stateAfter(moments[moment]!)
      const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
      for (const [name, view] of looksAt(state)) {
        if (view.dialog === null) continue
        const lines = composeFrame(view, state, theme, { columns, rows }).rows.map(textOf).join('\n')
        const wanted = view.dialog.fields.flatMap(field => (field.kind === 'typed' ? [`type ${field.wanted}`] : []))
        for (const part of ['[ Cancel ]', `[ ${view.dialog.confirm} ]`, ...wanted])
          expect([name, lines]).toEqual([name, expect.stringContaining(part)])
      }
    },
  )

  test('of any state, of any part of a run, at any size, with any text from outside, has its size and its boxes', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyState,
        anySize,
        fc.nat(200),
        fc.constantFrom(...themeNames),
        fc.boolean(),
        anyKeys,
        async (state, [columns, rows], pick, name, ascii, keys) => {
          const looks = looksAt(state)
          const [, view] = looks[pick % looks.length]!
          const theme = themeOf({ theme: name, ascii, animation: false, slowLink: false })
          const moved = pressed(view, keys, state, columns, rows)
          const frame = composeFrame(moved, state, theme, { columns, rows })
          expect(await faultsOf(frame.rows, columns, rows, ascii)).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })
})

async function faultsOf(
  rows: Parameters<typeof inTerminal>[0],
  columns: number,
  wanted: number,
  ascii: boolean,
): Promise<readonly string[]> {
  const { lines, wrapped, cursorAt } = await inTerminal(rows, columns)
  return [
    ...(rows.length === wanted ? [] : [`${rows.length} rows`]),
    ...(wrapped === 0 && cursorAt === wanted - 1 ? [] : [`${wrapped} lines wrap`]),
    ...boxFaults(lines, ascii),
    ...(ascii && !/^[\x20-\x7e]*$/.test(lines.join('')) ? ['something that is not ASCII'] : []),
  ]
}

const lookKeys = keyTable.filter(({ group }) => group !== 'act').flatMap(({ keys }) => keys)
const anyKeys = fc.array(fc.constantFrom(...lookKeys), { maxLength: 12 })

function pressed(from: View, keys: readonly string[], state: ConsoleState, columns: number, rows: number): View {
  return keys.reduce((view, key) => press(view, key, worldOf(state, { view, columns, rows })).view, from)
}

const anySize = fc.tuple(fc.integer({ min: 60, max: 200 }), fc.integer({ min: 15, max: 60 }))

const texts = [
  '',
  'x'.repeat(300),
  '日本語のとても長い名前',
  'a\u001b[31mred\u001b[0m\u0007',
  '\u202eevil',
  '⚠️ 🟢 ⏳',
  'two\nlines\r\nthree\ttabs',
  'e\u0301\u200b\u00ad',
]

/** Any part of a run, with some of its free texts in the place of others. */
const anyState = fc
  .tuple(
    fc.constantFrom(wholeRun, mixedRun, inDrill()),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(...texts),
    fc.nat(3),
  )
  .map(([moments, part, text, every]) => {
    const alone = stateAt(moments, Math.max(1, Math.round(part * moments.length)))
    const state = alone.run.run?.drill === undefined ? alone : { ...alone, drill: drillAfter() }
    return text === '' ? state : withTexts(state, text, every + 1)
  })

/** Titles, sayings, notes and faults: what people, programs and servers write. */
function withTexts(state: ConsoleState, text: string, every: number): ConsoleState {
  let seen = 0
  const free = new Set([
    'title',
    'says',
    'note',
    'what',
    'means',
    'next',
    'detail',
    'reason',
    'healthNote',
    'subject',
    'text',
    'scope',
    'impact',
    'why',
    'lessons',
    'leaves',
  ])
  const replaced = JSON.parse(
    JSON.stringify(state, (key, value: unknown) => {
      if (typeof value !== 'string' || !free.has(key)) return value
      seen += 1
      return seen % every === 0 ? text : value
    }),
  ) as ConsoleState
  return replaced
}

test('a dialog that is open says at every size what enter does there', () => {
  const state = stateAfter(moments['approving']!)
  const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })
  for (const [columns, rows] of sizes) {
    const view = { ...firstView, dialog: openDialog('approve', null, state, 0) }
    expect(textOf(composeFrame(view, state, theme, { columns, rows }).rows.at(-1) ?? [])).toMatch(/enter .*esc back/)
  }
})
