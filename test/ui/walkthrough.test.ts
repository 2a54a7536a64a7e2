import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Line, RunEvent } from '../../src/state/event.ts'
import { primaryOf } from '../../src/ui/view/primary.ts'
import type { ThemeName } from '../../src/ui/theme.ts'
import { demoLines } from './support/demo.ts'
import { openScreen, type Screen } from './support/screen.ts'
import { stateOf } from './support/states.ts'
import { svgOf } from './support/svg.ts'

const pictures = resolve(import.meta.dirname, '../../docs/walkthrough')
const text = resolve(import.meta.dirname, '../../docs/walkthrough.md')

type Picture = {
  readonly file: string
  /** The last event before it. */
  readonly after: (event: RunEvent) => boolean
  readonly keys?: readonly string[]
  /** What has to be in sight before it is taken. */
  readonly shows: string
  readonly size?: readonly [columns: number, rows: number]
  readonly theme?: ThemeName
}

const esc = '\u001b'
const down = `${esc}[B`
const kind =
  (wanted: RunEvent['kind']) =>
  (event: RunEvent): boolean =>
    event.kind === wanted

const all: readonly Picture[] = [
  { file: '1-assess', after: kind('facts.gathered'), shows: 'Proposed: SEV-2' },
  { file: '1-decide', after: kind('facts.gathered'), keys: ['\r'], shows: 'Record the decision' },
  { file: '2-plan', after: kind('plan.proposed'), shows: 'Rows at risk' },
  { file: '2-diff', after: kind('plan.proposed'), keys: ['d'], shows: 'What changes' },
  { file: '2-approve', after: kind('plan.proposed'), keys: ['\r'], shows: 'type shop' },
  { file: '3-work', after: begins('api@local.health'), shows: 'wait until api on local' },
  { file: '4-database', after: begins('main.down.20261118.2'), keys: ['b'], shows: 'ahead of 1.2.2' },
  { file: '3-step', after: settles('api@local.start'), keys: ['s', down, down, 'i'], shows: 'When assessed' },
  { file: '5-validate', after: event => event.kind === 'checks.ended' && event.suite === 'after', shows: 'before' },
  { file: '6-follow-up', after: kind('validation.accepted'), shows: 'Post-mortem scheduled' },
  { file: '6-lessons', after: kind('validation.accepted'), keys: ['\r'], shows: 'Lessons' },
  { file: '6-complete', after: kind('report.written'), shows: 'close the run' },
  { file: '6-closed', after: kind('run.closed'), shows: 'Closed: reached' },
  { file: 'help', after: kind('plan.proposed'), keys: ['?'], shows: 'Acting' },
  { file: 'times', after: kind('report.written'), keys: ['t', 'z'], shows: 'estimated', size: [120, 36] },
  { file: 'flow', after: kind('plan.proposed'), keys: ['f'], shows: 'the path that takes longest', size: [120, 36] },
  { file: 'wide', after: begins('api@local.health'), shows: 'Services', size: [200, 50] },
  { file: 'small', after: kind('plan.proposed'), shows: 'approve', size: [60, 15] },
  { file: 'light', after: begins('api@local.health'), shows: 'Services', size: [120, 36], theme: 'light' },
  { file: 'contrast', after: begins('api@local.health'), shows: 'Services', size: [120, 36], theme: 'contrast' },
]

let screen: Screen | null = null
afterEach(async () => {
  await screen?.close()
  screen = null
})

describe('the walk-through', () => {
  /** A picture that is taken away is made anew. */
  test.each(all)('shows $file as the screen draws it', async picture => {
    const { file, shows, keys = [], size: [columns, rows] = [80, 24], theme = 'default' } = picture
    screen = openScreen(stateOf(linesUntil(picture.after), 'helm'), columns, rows, { theme })
    await screen.until(lines => lines[0]?.includes('shop') === true, 'the first frame')
    for (const key of keys) {
      const before = screen.text().join('\n')
      screen.type(key)
      await screen.until(lines => lines.join('\n') !== before, `what ${JSON.stringify(key)} does`)
    }
    await screen.until(lines => lines.join('\n').includes(shows), shows)
    const made = svgOf(screen.terminal, theme === 'light')
    const path = join(pictures, `${file}.svg`)
    mkdirSync(pictures, { recursive: true })
    if (!existsSync(path)) writeFileSync(path, made)
    expect(readFileSync(path, 'utf8')).toBe(made)
  })

  test('leads from the opening to the close by what the line above the keys says, and has every picture and no other', () => {
    const words = readFileSync(text, 'utf8')
    const prompts = new Set(
      demoLines().flatMap((_, index, lines) => primaryOf(stateOf(lines.slice(0, index + 1), 'helm').run)?.prompt ?? []),
    )
    for (const prompt of prompts) expect(words).toContain(prompt)
    const files = all.map(({ file }) => `${file}.svg`).toSorted()
    expect([...words.matchAll(/\(walkthrough\/([^)]*)\)/g)].map(([, name = '']) => name).toSorted()).toEqual(files)
    expect(readdirSync(pictures).toSorted()).toEqual(files)
  })
})

function begins(step: string): (event: RunEvent) => boolean {
  return event => event.kind === 'step.begun' && event.step === step
}

function settles(step: string): (event: RunEvent) => boolean {
  return event => event.kind === 'step.settled' && event.step === step
}

function linesUntil(is: (event: RunEvent) => boolean): readonly Line[] {
  const lines = demoLines()
  const last = lines.findIndex(({ event }) => is(event))
  if (last < 0) throw new Error('the demo has no such event')
  return lines.slice(0, last + 1)
}
