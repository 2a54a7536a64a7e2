import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunState } from '../../src/state/run-state.ts'
import { openStore, withLines, type ConsoleState } from '../../src/state/store.ts'
import { replay } from '../../src/state/reduce.ts'
import { injectStep, undoStep } from '../../src/state/drill/play/steps.ts'
import { facilitateFrame } from '../../src/ui/facilitate/frame.ts'
import { facilitateKeys } from '../../src/ui/facilitate/keys.ts'
import {
  firstFacilitateView,
  frontNames,
  pressFacilitate,
  type FacilitateEffect,
  type FacilitateView,
} from '../../src/ui/facilitate/view.ts'
import { textOf } from '../../src/ui/text/row.ts'
import { themeOf } from '../../src/ui/theme.ts'
import { begun, journal, settled, wholeRun, type Moment } from '../reports/fixture.ts'
import { drillMoments, drillRun, inDrill, playedRun, scenario } from '../state/drill/played.ts'
import { boxFaults, inTerminal } from './support/geometry.ts'
import { sizes } from './support/looks.ts'

const theme = themeOf({ theme: 'mono', ascii: true, animation: false, slowLink: false })

describe('the screen of whoever leads a drill', () => {
  test.each(sizes)(
    'fills %i x %i with each box in front, wraps nothing, keeps its boxes and says DRILL',
    async (columns, rows) => {
      const faults: string[] = []
      const armed = { ask: { kind: 'halt', reason: '' }, says: 'Halt it', sinceMs: 0 } as const
      for (const state of [led(), led(...ending), unread()])
        for (const front of frontNames)
          for (const more of [{}, { armed }, { typing: { value: 'x'.repeat(300), cursor: 300 } }, { notice: 'no' }])
            for (const ascii of [true, false]) {
              const drawn = themeOf({ theme: 'mono', ascii, animation: false, slowLink: false })
              const frame = facilitateFrame({ ...firstFacilitateView, front, ...more }, state, drawn, { columns, rows })
              const { lines, wrapped } = await inTerminal(frame.rows, columns)
              const first = state.run.run === null || lines[0]?.startsWith(' DRILL   STAGING   shop')
              faults.push(
                ...(wrapped === 0 && lines.length === rows ? [] : [`${front}: wraps`]),
                ...(first ? [] : [`${front}: ${lines[0]}`]),
                // One bar above its boxes, where the console has two.
                ...boxFaults(['', ...lines], ascii).map(fault => `${front}: ${fault}`),
              )
            }
      expect(faults).toEqual([])
    },
  )

  test('has its size and its boxes at any size, however long what was written is', async () => {
    const long = drillMoments.map(([at, who, event]): Moment => {
      if (event.kind !== 'run.opened' || event.purpose.kind !== 'drill') return [at, who, event]
      const { injects } = event.purpose.scenario
      const texts = injects.map(inject => ({ ...inject, id: inject.id + 'x'.repeat(90), text: '日本語 '.repeat(80) }))
      return [
        at,
        who,
        { ...event, purpose: { kind: 'drill', scenario: { ...event.purpose.scenario, injects: texts } } },
      ]
    })
    const lines = journal(long, drillRun)
    const state = { ...led(), ...withLines(unread(), lines) }
    const anySize = fc.tuple(fc.integer({ min: 60, max: 200 }), fc.integer({ min: 15, max: 60 }))
    await fc.assert(
      fc.asyncProperty(anySize, fc.constantFrom(...frontNames), async ([columns, rows], front) => {
        const frame = facilitateFrame({ ...firstFacilitateView, front }, state, theme, { columns, rows })
        const terminal = await inTerminal(frame.rows, columns)
        expect([terminal.wrapped, terminal.lines.length, boxFaults(['', ...terminal.lines], true)]).toEqual([
          0,
          rows,
          [],
        ])
      }),
      { numRuns: 60 },
    )
  })

  test('shows every inject with how it stands and its moment, and what is cleaned up by hand', () => {
    expect(box('injects', led()).slice(0, 10)).toEqual([
      '* there               locks  since 03:09:21, ends by itself at 03:19:21',
      '  row_locks of main',
      'o to come             api-dies  in Services, at api@local.start',
      '  kill of api on local',
      '+ said                rumour  since 03:10:40',
      '  Support has forty calls about orders.',
      '! waits for an answer ceo  since 03:10:50',
      '  The CEO asks when it will be over.',
      'o by hand, open',
      '  Tell the team that staging is theirs again.',
    ])
    const over = box('injects', led(...ending))
    expect(over[0]).toBe('+ taken back          locks  at 03:11:02')
    expect(over[8]).toBe('+ done by hand        by bo at 03:11:03')
  })

  test('shows what is expected, the hints taken, what was observed', () => {
    const hint: Moment = [51, 'ana', { kind: 'hint.taken', hint: 0, text: '', cost: 5 }]
    const seen: Moment = [52, 'bo', { kind: 'observation.made', text: 'they look at the network' }]
    const text = box('scenario', led(hint, seen)).join('\n')
    for (const words of ['roll back', 'takes the database back first', '(5 points, taken by ana)', '(10 points)'])
      expect(text).toContain(words)
    expect(text).toContain('bo: they look at the network')
    expect(text).toContain('somebody sees: anybody outside the drill is hurt')
  })

  test('shows where what is played is, what it waits for, and the end of its log', () => {
    const text = box('runs', led()).join('\n')
    expect(text).toContain(`${playedRun}  opened at 03:10:00`)
    expect(text).toContain('2/6 PLAN  SEV-2  helm ana')
    expect(text).toContain('> Read the plan, then approve it')
    expect(text).toMatch(/03:11:02 astern +plan a1b2c3d4/)
  })

  test('fires and holds what is pointed at, by one key and y', () => {
    expect(asked(['down', 'down', 'f', 'y'])).toEqual([{ kind: 'fire', inject: 'api-dies' }])
    expect(asked(['down', 'down', 'h', 'y'])).toEqual([{ kind: 'hold inject', inject: 'api-dies', held: true }])
    const held = led([51, 'bo', { kind: 'inject.held', inject: 'api-dies', held: true }])
    expect(asked(['down', 'down', 'h', 'y'], held)).toEqual([{ kind: 'hold inject', inject: 'api-dies', held: false }])
    expect(looked(['f']).view.notice).toBe('Point at an inject first, with up and down.')
    expect(looked(['down', 'f']).view.notice).toBe('locks has happened already.')
  })

  test('halts by one key and y, wherever one looks', () => {
    for (const tabs of [[], ['tab'], ['tab', 'tab'], ['tab', 'tab', 'tab']])
      expect(asked([...tabs, 'X', 'y'])).toEqual([{ kind: 'halt', reason: 'halted by whoever leads it' }])
  })

  test('does nothing by any other key than y, nor by one that was typed ahead', () => {
    for (const key of ['enter', 'n', 'X', 'esc', 'Y']) expect(looked(['X', key]).effects).toEqual([])
    const at = (clockMs: number) => ({ ...world(led(), firstFacilitateView), clockMs })
    const { view } = pressFacilitate(firstFacilitateView, 'X', at(1000))
    expect(pressFacilitate(view, 'y', at(1100))).toEqual({ view, effect: null })
    expect(pressFacilitate(view, 'y', at(1400)).effect?.kind).toBe('send')
  })

  test('says on the line above the keys what y would do', () => {
    const { view } = looked(['down', 'down', 'f'])
    const lines = drawn(view, led())
    expect(lines.at(-2)?.trim()).toBe('! y: Fire api-dies now: kill of api on local')
    expect(lines.at(-1)).toMatch(/^y does it {2}any other key does nothing/)
  })

  test('writes an observation down as it is typed, and no empty one', () => {
    expect(asked(['o', ...'they X q y', 'enter'])).toEqual([{ kind: 'observe', text: 'they X q y' }])
    const empty = looked(['o', 'enter'])
    expect([empty.effects, empty.view.notice]).toEqual([[], 'It says nothing yet.'])
    expect(looked(['o', 'a', 'esc']).view.typing).toBe(null)
  })

  test('says of a clean-up that it was done by hand, also while the drill is ending', () => {
    const text = 'Tell the team that staging is theirs again.'
    expect(asked(['d', 'y'], led(ending[0]!))).toEqual([{ kind: 'done by hand', text }])
    expect(looked(['d'], led(...ending)).view.notice).toBe('Nothing is left that is done by hand.')
  })

  test('asks nothing any more once it is ending, and says why', () => {
    const state = led(ending[0]!)
    expect(['X', 'f'].map(key => looked(['down', 'down', key], state).view.notice)).toEqual([
      'The drill is ending: everything is taken back.',
      'The drill is ending: everything is taken back.',
    ])
  })

  test('points at what it pointed at, whatever comes and goes above it', () => {
    const { view } = looked(['down', 'down'])
    const later = led([55, 'bo', { kind: 'drill.ending', why: 'halted', words: 'x' }])
    expect(pressFacilitate(view, 'f', world(later, view)).view.notice).toMatch(/^The drill is ending/)
    expect(drawn(view, later).find(line => line.startsWith('|>'))).toContain('api-dies')
  })

  test('has every key of its table in the help, at any size', () => {
    for (const [columns, rows] of [
      [100, 60],
      [120, 40],
    ] as const) {
      const { view } = looked(['?'])
      const text = facilitateFrame(view, led(), theme, { columns, rows }).rows.map(textOf).join(' ')
      for (const { help } of facilitateKeys) expect(text).toContain(help.split(' ').slice(0, 4).join(' '))
    }
    expect(looked(['?', '?']).view.front).toBe('injects')
  })

  test('leaves by q, and hears every key that its footer names', () => {
    expect(looked(['q']).effects).toEqual([{ kind: 'leave' }])
    const small = { columns: 60, rows: 15 }
    const before = JSON.stringify(looked(['tab'], led(), small).view)
    const silent = facilitateKeys.flatMap(({ keys }) =>
      keys.filter(key => {
        const { view, effects } = looked(['tab', key], led(), small)
        return effects.length === 0 && JSON.stringify(view) === before
      }),
    )
    // At the beginning there is nowhere further up.
    expect(silent.filter(key => !['up', 'k', 'page up', 'home', 'g'].includes(key))).toEqual([])
  })
})

const locks = undoStep(injectStep(scenario.injects[0]!).command as Parameters<typeof undoStep>[0])
const ending: readonly Moment[] = [
  [61, 'bo', { kind: 'drill.ending', why: 'halted', words: 'enough' }],
  [61.5, 'astern', begun(locks)],
  [62, 'astern', settled(locks, 'no row is locked')],
  [63, 'bo', { kind: 'hand.done', text: 'Tell the team that staging is theirs again.' }],
]

/** Led by this console, while the plan of what is played waits for approval. */
function led(...more: readonly Moment[]): ConsoleState {
  const lines = journal([...drillMoments, ...more], drillRun)
  const run: RunState = replay(lines)
  const store = openStore({ name: 'bo', console: 'b', role: 'helm', epoch: 0 }, run.at).getState()
  const until = wholeRun.findIndex(([, , { kind }]) => kind === 'plan.proposed') + 1
  const played = journal(inDrill(wholeRun.slice(0, until)), playedRun)
  return {
    ...store,
    ...withLines(store, lines),
    connection: { engine: 'live', lastHeardAt: run.at },
    played: { [playedRun]: { run: replay(played), lines: played } },
  }
}

function unread(): ConsoleState {
  return openStore({ name: 'bo', console: 'b', role: 'helm', epoch: 0 }, '2026-11-18T03:00:00.000Z').getState()
}

const size = { columns: 100, rows: 60 }

function world(state: ConsoleState, view: FacilitateView, at = size) {
  const { content, page } = facilitateFrame(view, state, theme, at)
  return { state, content, page, clockMs: 0 }
}

/** Each key a second after the one before. */
function looked(keys: readonly string[], state = led(), at = size) {
  let view = firstFacilitateView
  const effects: FacilitateEffect[] = []
  for (const [index, key] of keys.entries()) {
    const done = pressFacilitate(view, key, { ...world(state, view, at), clockMs: 1000 * (index + 1) })
    view = done.view
    if (done.effect !== null) effects.push(done.effect)
  }
  return { view, effects }
}

function asked(keys: readonly string[], state = led()): readonly unknown[] {
  return looked(keys, state).effects.map(effect => (effect.kind === 'send' ? effect.ask : effect.kind))
}

function drawn(view: FacilitateView, state: ConsoleState): readonly string[] {
  return facilitateFrame(view, state, theme, size).rows.map(textOf)
}

/** What stands in a box. */
function box(front: FacilitateView['front'], state: ConsoleState): readonly string[] {
  return drawn({ ...firstFacilitateView, front }, state)
    .slice(2, -3)
    .map(line => line.replace(/^\| ?/, '').replace(/ *\|$/, '').trimEnd())
    .map(line => line.replace(/^ (?=[^ ])/, ''))
}
