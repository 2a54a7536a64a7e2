import { describe, expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { commandOf } from '../../../src/cli/plain/commands.ts'
import { tellGuide } from '../../../src/cli/plain/guide.ts'
import { newsOf, untold } from '../../../src/cli/plain/news.ts'
import { statusTold } from '../../../src/cli/plain/status.ts'
import { shaped } from '../../../src/cli/plain/voice.ts'
import type { ConsoleState } from '../../../src/state/store.ts'
import type { Moment } from '../../reports/fixture.ts'
import { drillAfter, inDrill } from '../../state/drill/played.ts'
import { stateAfter } from '../../ui/support/states.ts'
import { sits } from './person.ts'

describe('a run that is played in a drill, in lines', () => {
  test('says DRILL in every prompt, in every line of the journal and where it stands', async () => {
    const { prompts } = await sits(asked(), ['approve', 'shop', 'nonsense'])
    expect(prompts.length).toBeGreaterThan(2)
    expect(prompts.filter(prompt => !prompt.startsWith('DRILL: '))).toEqual([])
    const lines = newsOf(untold, asked(), false).says
    expect(lines.filter(line => !line.startsWith('DRILL '))).toEqual([])
    expect(statusTold(asked())[0]?.text).toBe('DRILL: run r-1118-a of shop (STAGING)')
    expect(newsOf(untold, asked(), true).says.at(-1)).toMatch(/^Drill, phase 2 of 6, Plan/)
  })

  test('says nothing of it in a run that is in earnest', async () => {
    const state = stateAfter(({ kind }) => kind === 'plan.proposed')
    const { said } = await sits(state, ['?', 'hint', 'answer soon', 'drill'])
    expect(said.filter(line => /drill/i.test(line) && !line.startsWith('What now'))).toEqual([
      '  This run is played in no drill.',
    ])
    expect(said).toEqual(expect.arrayContaining(['  There is no hint for this moment.', '  Nobody asks anything now.']))
  })

  test('tells what is said and asked, each once, and takes the answer at any question', async () => {
    const { said, asks } = await sits(asked(), ['answer In ten minutes you hear more.', 'answer again'])
    expect(asks).toEqual([
      { ask: { kind: 'answer event', inject: 'ceo', text: 'In ten minutes you hear more.' }, gate: null },
    ])
    expect(said.filter(line => /DRILL,|answers? |asks anything/.test(line) && !line.includes('can answer'))).toEqual([
      'DRILL, said: Support has forty calls about orders.',
      'DRILL, asked: The CEO asks when it will be over.',
      '  answer TEXT answers it.',
      'DRILL: What now [plan]: answer In ten minutes you hear more.',
      '  DRILL, ana answered: In ten minutes you hear more.',
      'DRILL: What now [plan]: answer again',
      '  Nobody asks anything now.',
    ])
  })

  test('says what a hint costs, and gives it only when it is taken', async () => {
    const { said, asks } = await sits(asked(), ['hint', 'hint take', 'hint take'])
    const [text, cost] = [
      '  Which check fails that does not touch the database?',
      '  There is a hint that is for Assess and costs 5 points of 100. hint take takes it',
    ]
    expect(said.filter(line => line === text || line === cost || line.includes('no hint'))).toEqual([
      cost,
      text,
      '  There is no hint for this moment.',
    ])
    expect(asks).toEqual([{ ask: { kind: 'take a hint', hint: 0 }, gate: null }])
  })

  test('says nothing of what is still to come, whatever is asked', async () => {
    const { said } = await sits(asked(), ['drill', 'status', 'facts', 'log', 'guide', 'hint', '?'])
    const secrets = ['api-dies', 'row_locks', 'declares at least', 'which check fails', 'cannot read the new table']
    expect(secrets.filter(secret => said.join('\n').toLowerCase().includes(secret))).toEqual([])
  })

  test('is halted by two words', async () => {
    const { asks, said } = await sits(asked(), ['drill halt somebody is hurt', 'drill halt'])
    expect(asks).toEqual([{ ask: { kind: 'halt', reason: 'somebody is hurt' }, gate: null }])
    expect(said).toEqual(
      expect.arrayContaining([
        '  DRILL: The drill ends (halted): somebody is hurt. What was hurt on purpose is put right.',
        '  The drill is ending: everything is taken back.',
      ]),
    )
  })

  test('takes an answer for a command in no text that is being written', () => {
    const reason = { kind: 'text', asks: 'Reason', otherwise: '' } as const
    expect(['answer the phone', 'hint take', 'drill halt'].map(text => commandOf(text, reason))).toEqual([
      null,
      null,
      null,
    ])
    expect(commandOf('hint', reason)).toEqual({ kind: 'hint', takes: false })
  })

  test('tells all of the drill that may be known, to ears in sentences', async () => {
    const { said } = await sits(asked(), ['drill'], { ears: true })
    const at = said.findIndex(line => line.startsWith('DRILL: The release'))
    expect(said.slice(at)).toEqual([
      'DRILL: The release that dropped a column:',
      'Began at 03:08:20 UTC.',
      'Over by 03:53:20 UTC, whatever happens.',
      'What you were told:',
      'Orders fail since the release of tonight. The phone rings.',
      'What it is for:',
      'Tell a bad release from a bad network by what the checks say.',
      'Said and asked:',
      '03:10:40 Support has forty calls about orders.',
      '03:10:50 The CEO asks when it will be over. (waits for an answer).',
      'Hints:',
      'There is a hint that is for Assess and costs 5 points of 100. hint take takes it.',
      expect.stringMatching(/^DRILL: What now/),
    ])
  })
})

describe('the guide, in lines', () => {
  test('explains the moment when it is asked for, the thing first and sentences to ears', async () => {
    const { said } = await sits(asked(), ['guide'], { ears: true })
    const from = said.findIndex(line => line.startsWith('Guide: '))
    const until = said.findIndex((line, index) => index > from && line.startsWith('DRILL: What now'))
    expect(said.slice(from, from + 2)).toEqual([
      'Guide: 2 of 6, Plan: read the plan, then approve it:',
      'From 1.3.0 back to 1.2.2, database first: 6 steps, about 12 seconds.',
    ])
    for (const line of said.slice(from, until)) expect(line).toMatch(/[.:!?")]$/)
    for (const head of ['What to do:', 'Why now:', 'What good looks like:', 'What people get wrong:'])
      expect(said.slice(from, until)).toContain(head)
  })

  test('is told at each new moment of a guided run, once', () => {
    const told: string[] = []
    const store = createStore<ConsoleState>(() => stateAfter(({ kind }) => kind === 'facts.gathered'))
    const stop = tellGuide(store, ([head]) => told.push(head?.text ?? ''))
    store.setState({ now: '2026-11-18T04:00:00.000Z' })
    store.setState(stateAfter(({ kind }) => kind === 'plan.proposed'))
    store.setState(stateAfter(({ kind }) => kind === 'plan.approved'))
    stop()
    store.setState(stateAfter(({ kind }) => kind === 'run.closed'))
    expect(told).toEqual([
      'Guide: 1 of 6, Assess: decide',
      'Guide: 2 of 6, Plan: read the plan, then approve it',
      'Guide: 3 of 6, Services: services go back',
    ])
  })
})

test('nothing that is told in a drill has a glyph or an unended sentence in it, to ears', () => {
  const ended: Moment = [55, 'bo', { kind: 'drill.ending', why: 'halted', words: 'enough' }]
  for (const row of shaped(statusTold(asked(ended)), { ears: true, width: 80 })) expect(row).toMatch(/[.:!?]$/)
})

function asked(...more: readonly Moment[]): ConsoleState {
  const state = stateAfter(({ kind }) => kind === 'plan.proposed', 'helm', inDrill())
  const drill = drillAfter(...more)
  return { ...state, drill, now: drill.at }
}
