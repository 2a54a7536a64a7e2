import { describe, expect, test } from 'vitest'
import { newsOf, untold } from '../../../src/cli/plain/news.ts'
import { sentence, spanWords, spoken } from '../../../src/cli/plain/spoken.ts'
import { section, told } from '../../../src/cli/plain/told.ts'
import { shaped, wrapped } from '../../../src/cli/plain/voice.ts'
import { initialState } from '../../../src/state/reduce.ts'
import { openStore, withLines, type ConsoleState } from '../../../src/state/store.ts'
import { plusMs } from '../../../src/state/times.ts'
import { begun, journal, plan, steps, wholeRun } from '../../reports/fixture.ts'
import { momentOf } from '../../../src/cli/plain/gates/at.ts'
import { gateOf } from '../../../src/state/gates.ts'
import { stateAfter } from '../../ui/support/states.ts'

describe('for ears', () => {
  test.each([
    ['1.3.0 -> 1.2.2', '1.3.0 to 1.2.2'],
    ['1.3.0 → 1.2.2', '1.3.0 to 1.2.2'],
    ['✓ green   Rollback completed', 'green Rollback completed'],
    ['api@web-1: runs', 'api on web-1: runs'],
    ['about 7:42', 'about 7 minutes 42 seconds'],
    ['about 12:01', 'about 12 minutes 1 second'],
    ['1:02:09 left', '1 hour 2 minutes 9 seconds left'],
    ['at 03:12:40, since 17:53 UTC', 'at 03:12:40, since 17:53 UTC'],
    ['2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'],
    ['passes in 41 ms', 'passes in 41 milliseconds'],
    ['took 0.4 s, 1 s or 0.1 s', 'took 0.4 seconds, 1 second or 0.1 seconds'],
    ['ops: we are on it | Next update', 'ops: we are on it. Next update'],
    ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080/x'],
    ['bo@shop.example wrote', 'bo@shop.example wrote'],
  ])('%j is said as %j', (text, said) => {
    expect(spoken(text)).toBe(said)
  })

  test.each([
    [0, '0 seconds'],
    [1000, '1 second'],
    [462_000, '7 minutes 42 seconds'],
    [3_600_000, '1 hour'],
  ])('a time of %d milliseconds is %j', (ms, said) => {
    expect(spanWords(ms)).toBe(said)
  })

  test('each line is a sentence, the thing first, and nothing is said by where it stands', () => {
    const says = [
      told.head('Checks'),
      told.line('check log in (must): passes, status 200'),
      told.verbatim('   at main.js'),
    ]
    expect(shaped(says, { ears: true, width: 20 })).toEqual([
      'Checks:',
      'Check log in (must): passes, status 200.',
      'at main.js',
    ])
    expect(sentence('api on web-1: down')).toBe('Api on web-1: down.')
  })

  test('nothing that is told at any gate has a glyph, a column or an unended sentence in it', () => {
    const gates = ['facts.gathered', 'plan.proposed', 'lessons.added'] as const
    for (const last of gates) {
      const state = stateAfter(({ kind }) => kind === last)
      const moment = momentOf(state, gateOf(state.run)!, new Set())
      const pieces = moment.ways.flatMap(({ does }) => (does.kind === 'read' ? does.pieces.flat() : []))
      for (const row of shaped([...moment.tells, ...pieces], { ears: true, width: 80 })) {
        expect(row).toMatch(/[.:!?]$/)
        expect(row).not.toMatch(/ {2}|->|[✓✗●○▲│─→…]/)
      }
    }
  })
})

describe('for eyes', () => {
  test('lines are broken at words, under their heading, and what cannot be broken is left whole', () => {
    expect(shaped(section('Found', ['one two three four five', 'x'.repeat(30)]), { ears: false, width: 16 })).toEqual([
      '',
      'Found',
      '  one two three',
      '    four five',
      `  ${'x'.repeat(30)}`,
    ])
    expect(wrapped('', 10, '  ', '    ')).toEqual(['  '])
  })
})

describe('the news', () => {
  const lines = journal(wholeRun)

  test('to eyes is each line of the journal, once', () => {
    const first = newsOf(untold, known(6), false)
    expect(first.says.at(0)).toBe('03:10:00 ana  opened a rollback of shop (production)')
    expect(newsOf(first.told, known(6), false).says).toEqual([])
    expect(newsOf(first.told, known(7), false).says).toHaveLength(1)
  })

  test('to ears is what matters at once, and of progress no more than once in ten seconds', () => {
    let told = untold
    const said: { readonly at: string; readonly text: string }[] = []
    for (let seq = 1; seq <= lines.length; seq += 1) {
      const state = known(seq)
      const news = newsOf(told, state, true)
      told = news.told
      said.push(...news.says.map(text => ({ at: state.now, text })))
    }
    const texts = said.map(({ text }) => text)
    expect(texts.some(text => text.startsWith('Check checkout: fail (expected status 201, got 500'))).toBe(true)
    expect(texts.some(text => text.startsWith('Start api 1.2.2 on local: failed. '))).toBe(true)
    expect(texts.filter(text => text.startsWith('Begins') || text.startsWith('Done'))).toEqual([])
    const progress = said.filter(({ text }) => /steps are done|checks are done/.test(text))
    for (const [index, { at, text }] of progress.entries()) {
      const before = progress[index - 1]
      if (before !== undefined && !text.startsWith('Phase ')) expect(plusMs(before.at, 10_000) <= at).toBe(true)
    }
    expect(texts.filter(text => text.startsWith('Phase ')).map(text => text.slice(0, 12))).toEqual([
      'Phase 1 of 6',
      'Phase 2 of 6',
      'Phase 3 of 6',
      'Phase 4 of 6',
      'Phase 3 of 6',
      'Phase 4 of 6',
      'Phase 5 of 6',
      'Phase 6 of 6',
    ])
    expect(progress.length).toBeGreaterThan(3)
  })

  test('what lasts is told after ten seconds, then after twice as long each time', () => {
    const at = wholeRun.findIndex(([, , event]) => event.kind === 'step.begun' && event.step === steps.stop.id)
    const state = known(at + 1)
    for (const ears of [true, false]) {
      let { told } = newsOf(untold, state, ears)
      const said: number[] = []
      for (let second = 1; second <= 75; second += 1) {
        const news = newsOf(told, { ...state, now: plusMs(state.now, second * 1000) }, ears)
        told = news.told
        if (news.says.length > 0) said.push(second)
      }
      expect(said).toEqual([10, 30, 70])
    }
    expect(newsOf(newsOf(untold, state, true).told, { ...state, now: plusMs(state.now, 20_000) }, true).says).toEqual([
      'Still at work: stop api on local, for 20 seconds.',
    ])
    expect([plan.steps[0]?.id, begun(steps.stop).kind]).toEqual([steps.stop.id, 'step.begun'])
  })

  function known(seq: number): ConsoleState {
    const opened = openStore({ name: 'ana', console: 'c-1', role: 'helm', epoch: 1 }, '').getState()
    const seen = lines.slice(0, seq)
    return {
      ...opened,
      run: initialState,
      ...withLines({ ...opened, run: initialState }, seen),
      now: seen.at(-1)?.ts ?? '',
    }
  }
})
