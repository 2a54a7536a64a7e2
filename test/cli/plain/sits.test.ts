import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../../src/state/event.ts'
import type { ConsoleState } from '../../../src/state/store.ts'
import { begun, settled, steps, untilDone, wholeRun, type Moment } from '../../reports/fixture.ts'
import { stateAfter } from '../../ui/support/states.ts'
import { sits } from './person.ts'

describe('the decision', () => {
  const waiting = (): ConsoleState => stateAfter(({ kind }) => kind === 'facts.gathered')

  test('is asked for field by field; a misspelt severity is refused with those there are, and asked for again', async () => {
    const { asks, said } = await sits(waiting(), ['', 'SVE-1', 'sev-3', '', '', 'hold', 'we watch it', '', '', '', ''])
    expect(said).toContain('  "SVE-1" is none of the answers. They are: SEV-1, SEV-2, SEV-3, SEV-4, SEV-5.')
    expect(asks).toEqual([
      {
        ask: {
          kind: 'decide',
          decision: {
            severity: 'SEV-3',
            choice: 'hold',
            turnBackAt: '2026-11-18T03:40:04.000Z',
            reason: 'we watch it',
            scope: 'api@local, checkout',
            impact: 'failing for users: checkout',
            beganAt: null,
            objections: '',
          },
        },
        gate: 'decide',
      },
    ])
  })

  test('says at once what of an answer would not be taken, and asks that one again', async () => {
    const { asks, said } = await sits(waiting(), [
      '',
      '',
      '',
      '',
      '',
      '-',
      'because',
      'soon',
      '02:51',
      '25:99 x',
      '02:58 the pager',
      'none',
      'ten',
      '-',
    ])
    expect(said).toEqual(
      expect.arrayContaining([
        '  The decision needs a reason: it is what the review reads first.',
        '  When it began reads like 02:51, in UTC; or it is empty, if nobody knows.',
        '  When it was noticed reads like: 02:58 the pager. Either may be left out.',
        '  The turn-back time is a number of minutes, or empty for none.',
      ]),
    )
    expect(asks).toMatchObject([
      {
        ask: {
          decision: {
            reason: 'because',
            beganAt: '2026-11-18T02:51:00.000Z',
            detected: { at: '2026-11-18T02:58:00.000Z', by: 'the pager' },
            turnBackAt: null,
            objections: 'none',
          },
        },
      },
    ])
  })

  test('goes back a question at a time, and keeps what was answered', async () => {
    const { prompts, asks } = await sits(waiting(), [
      '',
      'SEV-1',
      'everything',
      'back',
      '',
      'back',
      'back',
      'back',
      'leave',
    ])
    expect(prompts).toEqual([
      'What now [decide]: ',
      'Severity [SEV-2]: ',
      'Scope [api@local, checkout]: ',
      'Impact [failing for users: checkout]: ',
      'Scope [everything]: ',
      'Impact [failing for users: checkout]: ',
      'Scope [everything]: ',
      'Severity [SEV-1]: ',
      'What now [decide]: ',
    ])
    expect(asks).toEqual([])
  })
})

describe('the approval', () => {
  const waiting = (): ConsoleState => stateAfter(({ kind }) => kind === 'plan.proposed')

  test('wants each name typed; a wrong one, or none, does nothing', async () => {
    const { asks, said } = await sits(waiting(), ['approve', 'sho', 'approve', '', 'approve', 'shop', 'man', 'leave'])
    expect(asks).toEqual([])
    expect(said.filter(line => line.includes('Nothing was done'))).toHaveLength(3)
    const { asks: taken } = await sits(waiting(), ['approve', 'shop', 'main', ''])
    expect(taken).toEqual([
      {
        ask: { kind: 'approve', hash: 'a1b2c3d4', typed: ['shop', 'main'], unattendedUntil: null },
        gate: 'approve a1b2c3d4',
      },
    ])
  })

  test('is not asked for by Enter before the plan was read, which comes in pieces', async () => {
    const { prompts, said } = await sits(waiting(), ['', 'more', 'all', ''], { width: 60 })
    expect(prompts.slice(0, 3)).toEqual(['What now [plan]: ', 'More [more]: ', 'More [more]: '])
    expect(prompts.slice(3)).toEqual(['What now [approve]: ', 'Type shop: '])
    expect(said).toContain('  down 20261118, 1 of 1: drop table order_notes:')
  })

  test('a plan that is made again meanwhile withdraws the question, and nothing is approved', async () => {
    const withdrawn: RunEvent = { kind: 'plan.withdrawn', hash: 'a1b2c3d4' }
    const { ended, asks, said } = await sits(waiting(), ['approve', 'shop', [withdrawn], 'main'])
    expect([ended, asks]).toEqual(['on', []])
    expect(said).toContain('  That is asked no more: the run went on meanwhile.')
  })

  test('the message is edited, a note taken and the run held on the way, and the question is asked again', async () => {
    const { asks, prompts } = await sits(waiting(), [
      'message',
      'note the pager rang',
      '',
      'We go back.',
      'hold it is odd',
      '?',
      'status',
      'leave',
    ])
    expect(asks.map(({ ask }) => ask)).toEqual([
      { kind: 'note', text: 'the pager rang' },
      { kind: 'edit the message', subject: expect.any(String), text: 'We go back.' },
      { kind: 'hold', reason: 'it is odd' },
    ])
    expect(prompts.filter(prompt => prompt.startsWith('Subject'))).toHaveLength(2)
  })
})

describe('a failure', () => {
  const failed = (): ConsoleState =>
    stateAfter(event => event.kind === 'step.settled' && event.outcome === 'failed', 'helm', untilDone)

  test('is answered with a word, a skip with its reason', async () => {
    const retried = await sits(failed(), ['', 'retry'])
    expect(retried.asks).toEqual([
      { ask: { kind: 'retry', step: steps.start.id }, gate: `failure ${steps.start.id} 1` },
    ])
    const skipped = await sits(failed(), ['skip', '', 'it runs by hand'])
    expect(skipped.asks.map(({ ask }) => ask)).toEqual([
      { kind: 'skip', step: steps.start.id, reason: 'it runs by hand' },
    ])
    expect(skipped.said).toContain('  Skipping needs a reason: the record shows it.')
  })

  test('shows what the step printed, without its control sequences', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'astern-sits-'))
    try {
      mkdirSync(join(directory, 'evidence'))
      writeFileSync(join(directory, 'evidence', `${steps.start.id}.1.log`), 'first\n  \u001b[31mno port\u001b[0m\n')
      const { said } = await sits(failed(), ['output', 'leave'], {}, directory)
      expect(said).toEqual(expect.arrayContaining(['  first', '    no port']))
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('that may have happened already is tried again by the name alone', async () => {
    const doubtful: readonly Moment[] = [
      ...wholeRun.slice(
        0,
        wholeRun.findIndex(([, , event]) => event.kind === 'step.begun' && event.step === steps.down.id),
      ),
      [122.4, 'astern', { ...begun(steps.down), repeat: 'never' } as RunEvent],
      [125, 'astern', { kind: 'step.unknown', step: steps.down.id, attempt: 1, why: 'its deadline passed' }],
      [
        125.1,
        'astern',
        { kind: 'step.probed', step: steps.down.id, attempt: 1, verdict: 'unclear', says: 'no answer', observed: null },
      ],
    ]
    const state = stateAfter(({ kind }) => kind === 'step.probed', 'helm', doubtful)
    const { asks, said } = await sits(state, ['retry', 'yes', 'retry', 'shop'])
    expect(said).toContain('down 20261118, 1 of 1: drop table order_notes: in doubt, attempt 1')
    expect(asks.map(({ ask }) => ask)).toEqual([{ kind: 'retry', step: steps.down.id }])
  })
})

test('the follow-up goes from the lessons to the close, as things become due while it is asked', async () => {
  const state = stateAfter(event => event.kind === 'step.settled' && event.step === 'message.resolved.ops')
  const booked: RunEvent = {
    kind: 'review.booked',
    file: 'r.ics',
    at: '2026-11-20T10:00:00Z',
    owner: 'bo',
    sha256: 's',
  }
  const written: RunEvent = { kind: 'report.written', file: 'report/incident.md', bytes: 8000, sha256: 'abcdef' }
  const { asks, prompts } = await sits(state, [
    '',
    'downs first',
    'bo',
    'tomorrow',
    '2026-11-20T10:00:00Z',
    'wait',
    [booked, written],
    '',
    'no',
    'close',
    'yes',
  ])
  expect(asks.map(({ ask }) => ask)).toEqual([
    { kind: 'add lessons', lessons: 'downs first', owner: 'bo', reviewAt: '2026-11-20T10:00:00Z' },
    { kind: 'close' },
  ])
  expect(prompts).toEqual(expect.arrayContaining(['What now [lessons]: ', 'What now [wait]: ', 'What now [close]: ']))
})

test('whoever looks on asks for the helm at any time, or takes it with a reason', async () => {
  const state = stateAfter(({ kind }) => kind === 'plan.proposed')
  const other = { ...state, me: { ...state.me, name: 'ben', console: 'another', epoch: 0 } }
  const typed = ['wait', 'helm ask', 'helm take', 'helm take Ana is on a train']
  const { asks, said } = await sits(other, typed)
  expect(asks.map(({ ask }) => ask)).toEqual([
    { kind: 'ask for the helm', reason: null },
    { kind: 'take the helm', reason: null },
    { kind: 'take the helm', reason: 'Ana is on a train' },
  ])
  expect(said).toContain('  The helm is yours.')
})

test('an item that stays red is signed off by its name, with a reason', async () => {
  const skipped: readonly Moment[] = wholeRun.map(([at, who, event]): Moment => {
    const proof = event.kind === 'step.settled' && event.step === steps.proveData.id
    return [at, who, proof ? { kind: 'step.skipped', step: steps.proveData.id, reason: 'by hand' } : event]
  })
  const state = stateAfter(({ kind }) => kind === 'lessons.added', 'helm', skipped)
  const { asks, said } = await sits(state, ['', 'databse', 'database', '', 'compared by hand', 'leave'])
  expect(asks.map(({ ask }) => ask)).toEqual([{ kind: 'sign off', item: 'database', reason: 'compared by hand' }])
  expect(said).toContain('  Signing off needs a reason: the record shows it.')
  expect(settled(steps.proveData, '').kind).toBe('step.settled')
})
