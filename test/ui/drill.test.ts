import { afterEach, describe, expect, test } from 'vitest'
import type { RunState } from '../../src/state/run-state.ts'
import { asSeen, type ConsoleState } from '../../src/state/store.ts'
import { plusMs } from '../../src/state/times.ts'
import { composeFrame } from '../../src/ui/frame/compose.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { press } from '../../src/ui/view/press.ts'
import { firstView, type Effect, type View } from '../../src/ui/view/view.ts'
import type { Moment } from '../reports/fixture.ts'
import { drillAfter, inDrill } from '../state/drill/played.ts'
import { boxFaults, inTerminal } from './support/geometry.ts'
import { looksAt, sizes } from './support/looks.ts'
import { openScreen, type Screen } from './support/screen.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })

let screen: Screen | null = null
afterEach(async () => {
  await screen?.close()
  screen = null
})

describe('a run that is played in a drill, on the screen', () => {
  test.each(sizes)(
    'says DRILL and its class in words on every frame of %i x %i, and keeps its boxes',
    async (columns, rows) => {
      const faults: string[] = []
      for (const state of [asked(), asked([55, 'bo', { kind: 'drill.ending', why: 'halted', words: 'enough' }])])
        for (const [name, view] of looksAt(state)) {
          const frame = composeFrame(view, state, theme, { columns, rows })
          const { lines, wrapped } = await inTerminal(frame.rows, columns)
          const said = /^ DRILL {3}STAGING {3}shop/.test(lines[0] ?? '') ? [] : [`its header is ${lines[0]}`]
          const wraps = wrapped === 0 && lines.length === rows ? [] : ['it wraps']
          faults.push(...[...said, ...wraps, ...boxFaults(lines, true)].map(fault => `${name}: ${fault}`))
        }
      expect(faults).toEqual([])
    },
  )

  test('says DRILL in the past too, and where the terminal is too small', () => {
    const state = asked()
    const past = { seq: 3, of: state.run.seq, since: state.run.seq, run: state.run, lines: state.lines }
    expect(header(asSeen({ ...state, past }), 100)).toMatch(/^ DRILL {3}STAGING {3}PAST /)
    const small = composeFrame(firstView, state, theme, { columns: 50, rows: 10 })
    expect(textOf(small.rows[0] ?? [])).toMatch(/^ DRILL {3}STAGING +$/)
  })

  test('says nothing of a drill in a run that is in earnest', () => {
    const state = stateAfter(({ kind }) => kind === 'plan.proposed')
    const frame = composeFrame(firstView, state, theme, { columns: 200, rows: 60 })
    expect(frame.rows.map(textOf).join('\n')).not.toMatch(/drill/i)
    expect(['A', 'I', '!', 'D'].map(key => press(firstView, key, worldOf(state)).view.notice)).toEqual(
      Array.from({ length: 4 }, () => 'This run is played in no drill.'),
    )
  })

  test('says above what the run waits for what somebody asks, for a minute, and in the footer that it can be answered for as long as it is not', () => {
    const state = asked()
    expect(said(state)).toBe('! A  Asked in the drill: The CEO asks when it will be over.')
    expect(prompt(state)).toBe('> Read the plan, then approve it')
    expect(footer(state)).toContain('A answer')
    const later = { ...state, now: plusMs(state.now, 70_000) }
    expect(prompt(later)).toBe('> Read the plan, then approve it')
    expect(footer(later)).toContain('A answer')
    expect(footer(asked(answered))).not.toContain('A answer')
    expect(said(asked(answered))).toBe('! D  Answered by ana: in ten minutes')
    const longAgo = { ...asked(answered), now: plusMs(state.now, 20_000) }
    expect(prompt(longAgo)).toBe('> Read the plan, then approve it')
  })

  test('tells what wants no answer too, and that the drill is ending', () => {
    const rumour = asked(answered, [
      56,
      'astern',
      { kind: 'event.said', inject: 'two', text: 'Sales are on the phone.', wantsAnswer: false },
    ])
    expect(said(rumour)).toBe('! D  Said in the drill: Sales are on the phone.')
    const over = asked([55, 'bo', { kind: 'drill.ending', why: 'halted', words: 'enough' }])
    expect(said(over)).toBe('! D  The drill ends (halted): enough. What was hurt on purpose is put right.')
    expect(header(over, 120)).toContain('the drill is ending')
    expect(press(firstView, 'A', worldOf(over)).view.notice).toBe('The drill is ending: everything is taken back.')
  })

  test('opens a question by its key alone: what was open stays, and an approval that is typed is not covered', async () => {
    const before = asked()
    screen = openScreen({ ...before, drill: drillBefore() }, 80, 24)
    await screen.until(lines => lines.join('').includes('approve'), 'the plan')
    screen.type('\r')
    await screen.until(lines => lines.join('').includes('type shop'), 'the approval')
    screen.set({ drill: before.drill })
    await screen.until(lines => lines.at(-3)?.includes('The CEO asks') === true, 'the question')
    expect(screen.text().join('\n')).toContain('Environment: type shop')
    // Deaf for a moment, since it was just opened.
    await screen.until(lines => {
      if (!lines.join('').includes('type shop: A')) screen?.type('A')
      return lines.join('').includes('type shop: A')
    }, 'a letter of the name')
    expect(screen.text().join('\n')).not.toContain('Your answer')
    expect(screen.asks).toEqual([])
  })

  test('sends the answer to the question that was read, and is not kept from acting by it', () => {
    const state = asked()
    const { view, effects } = pressed(state, ['A', ...'soon', 'enter'])
    expect(effects).toEqual([{ kind: 'send', ask: { kind: 'answer event', inject: 'ceo', text: 'soon' }, gate: null }])
    expect(pressed({ ...state, answer: null }, ['enter'], view).view.dialog?.kind).toBe('approve')
    const other = asked(answered)
    const stale = pressed(state, ['A', ...'soon'])
    expect(pressed(other, ['enter'], stale.view).view.dialog?.error).toBe('It was answered already.')
  })

  test('wants a word in an answer', () => {
    expect(pressed(asked(), ['A', 'enter']).view.dialog?.error).toMatch(/^Write what you would say\./)
  })

  test('shows what a hint costs before it is taken, which Enter alone does not, and what it says only then', () => {
    const state = asked()
    const { view, effects } = pressed(state, ['I'])
    const dialog = composeFrame(view, state, theme, { columns: 80, rows: 24 }).rows.map(textOf).join('\n')
    expect(effects).toEqual([])
    expect(dialog).toContain('This hint is for Assess and costs 5 points of 100.')
    expect(dialog).not.toContain('touch the database')
    const left = pressed(state, ['enter'], view)
    expect([left.view.dialog, left.effects]).toEqual([null, []])
    const taken = pressed(state, ['right', 'enter'], view)
    expect(taken.effects).toEqual([{ kind: 'send', ask: { kind: 'take a hint', hint: 0 }, gate: null }])
    const after = asked([
      55,
      'ana',
      { kind: 'hint.taken', hint: 0, text: 'Which check fails that does not touch the database?', cost: 5 },
    ])
    const panel = composeFrame(taken.view, after, theme, { columns: 60, rows: 15 }).rows.map(textOf).join('\n')
    expect(panel).toContain('Which check fails that does not touch the database?')
    expect(panel).toContain('5 points, taken by ana')
    expect(press(firstView, 'I', worldOf(after)).view.notice).toBe('There is no hint for this moment.')
  })

  test('offers the hint for where the run is, before one for where it was', () => {
    const hint = (drill: RunState, now: string) =>
      press(firstView, 'I', worldOf({ ...asked(), drill, now })).view.dialog
    const drill = drillAfter()
    const began = drill.drill?.began ?? ''
    expect(hint(drill, plusMs(began, 1_000_000))).toMatchObject({ about: '1', confirm: 'Take it for 10 points' })
    const taken = drillAfter([55, 'ana', { kind: 'hint.taken', hint: 1, text: '', cost: 10 }])
    expect(hint(taken, plusMs(began, 1_000_000))?.says.map(({ text }) => text)).toEqual([
      'This hint is for Assess and costs 5 points of 100.',
      'Hints have cost 10 points so far.',
      'What it says stands in the drill (D) once it is taken, for everybody who plays.',
    ])
  })

  test('tells whole what the next hint costs, on the smallest screen too', () => {
    const view = { ...firstView, over: [{ kind: 'drill' as const }] }
    const rows = composeFrame(view, asked(), theme, { columns: 60, rows: 40 }).rows.map(textOf)
    const text = rows.map(line => line.replaceAll(/[|│]/g, '').trim()).join(' ')
    expect(text).toContain('There is one that is for Assess and costs 5 points: I asks for it.')
  })

  test('tells of the drill what was said, and nothing of what is still to come', () => {
    const text = shown(asked(), { ...firstView, over: [{ kind: 'drill' }] })
    for (const said of [
      'Orders fail since',
      'tell a bad release',
      'Support has forty calls',
      'The CEO asks',
      'waits for an answer',
    ])
      expect(text).toContain(said)
    for (const secret of ['api-dies', 'row_locks', 'kill', 'declares at least', 'cannot read the new table'])
      expect(text).not.toContain(secret)
  })

  test('is halted by one key and its button, and nothing has to be typed', () => {
    expect(pressed(asked(), ['!', 'enter']).effects).toEqual([
      { kind: 'send', ask: { kind: 'halt', reason: 'halted by whoever plays it' }, gate: null },
    ])
  })

  test('lets a watcher read it and ask nothing', () => {
    const state = { ...stateAfter(({ kind }) => kind === 'plan.proposed', 'watch', inDrill()), drill: drillAfter() }
    const seen = { ...state, now: state.drill.at }
    expect(said(seen)).toBe('! D  Asked in the drill: The CEO asks when it will be over.')
    for (const key of ['A', 'I', '!'])
      expect(press(firstView, key, worldOf(seen)).view.notice).toMatch(/^This console watches and cannot act/)
  })
})

const answered: Moment = [54, 'ana', { kind: 'event.answered', inject: 'ceo', text: 'in ten minutes' }]

function drillBefore(): RunState {
  const drill = drillAfter()
  return { ...drill, drill: { ...drill.drill!, said: {} } }
}

/** Waits for approval, while the CEO asks. */
function asked(...more: readonly Moment[]): ConsoleState {
  const state = stateAfter(({ kind }) => kind === 'plan.proposed', 'helm', inDrill())
  const drill = drillAfter(...more)
  return { ...state, drill, now: drill.at }
}

/** Each key a second after the one before, so that no dialog is deaf to it. */
function pressed(state: ConsoleState, keys: readonly string[], from: View = firstView) {
  const began = from === firstView ? 0 : 60_000
  let view = from
  const effects: Effect[] = []
  for (const [index, key] of keys.entries()) {
    const done = press(view, key, worldOf(state, { view, clockMs: began + 1000 * (index + 1) }))
    view = done.view
    effects.push(...done.effects)
  }
  return { view, effects }
}

function lines(state: ConsoleState, columns: number, view = firstView): readonly string[] {
  return composeFrame(view, state, theme, { columns, rows: 60 }).rows.map(row => textOf(row).trimEnd())
}

function shown(state: ConsoleState, view: View): string {
  return lines(state, 100, view).join('\n')
}

function header(state: ConsoleState, columns: number): string {
  return lines(state, columns)[0] ?? ''
}

function prompt(state: ConsoleState): string {
  return lines(state, 100).at(-2) ?? ''
}

/** Above the prompt. */
function said(state: ConsoleState): string {
  return lines(state, 100).at(-3) ?? ''
}

function footer(state: ConsoleState): string {
  return lines(state, 100).at(-1) ?? ''
}
