import { describe, expect, test } from 'vitest'
import { commandOf } from '../../../src/cli/plain/commands.ts'
import { helpOf, introOf, promptOf, readAnswer, type Question } from '../../../src/cli/plain/question.ts'

const severity: Question = {
  kind: 'choice',
  asks: 'Severity',
  choices: [
    { word: 'SEV-1', means: 'everybody' },
    { word: 'SEV-2', means: 'many' },
    { word: 'SEV-9', means: 'nobody', off: 'It is not declared.' },
  ],
  otherwise: 'SEV-2',
  listed: true,
}
const text: Question = { kind: 'text', asks: 'Reason', otherwise: 'as it was' }
const name: Question = { kind: 'name', asks: 'Environment: type shop', wanted: 'shop' }

describe('an answer', () => {
  test.each([
    ['SEV-1', 'SEV-1'],
    [' sev-1 ', 'SEV-1'],
    ['', 'SEV-2'],
  ])('out of a few is taken however it is written: %j', (given, value) => {
    expect(readAnswer(severity, given)).toEqual({ ok: true, value })
  })

  test.each([
    ['SVE-1', '"SVE-1" is none of the answers. They are: SEV-1, SEV-2.'],
    ['SEV-1 I think', '"SEV-1 I think" is none of the answers. They are: SEV-1, SEV-2.'],
    ['SEV-9', 'SEV-9 is off: It is not declared.'],
    ['\u001b[31mSEV', '"SEV" is none of the answers. They are: SEV-1, SEV-2.'],
  ])('that is none of them is refused with those that are: %j', (given, says) => {
    expect(readAnswer(severity, given)).toEqual({ ok: false, says: [{ kind: 'line', text: says }] })
  })

  test('is wanted where nothing is taken by Enter alone', () => {
    expect(readAnswer({ ...severity, otherwise: null }, '')).toMatchObject({
      ok: false,
      says: [{ text: 'An empty answer is none of the answers. They are: SEV-1, SEV-2.' }],
    })
  })

  test.each([
    ['other', 'other'],
    ['', 'as it was'],
    ['-', ''],
    ['= leave', 'leave'],
  ])('that is a text is kept by Enter, emptied by -, and taken as it stands after =: %j', (given, value) => {
    expect(readAnswer(text, given)).toEqual({ ok: true, value })
  })

  test.each([['sho'], [''], ['Shop'], ['shop shop']])('that arms is that very name: not %j', given => {
    expect(readAnswer(name, given)).toMatchObject({ ok: false })
    expect(readAnswer(name, 'shop')).toEqual({ ok: true, value: 'shop' })
  })
})

test('a question is asked on one row, with what Enter takes; what is longer stands above it', () => {
  expect([severity, text, name, { ...text, otherwise: 'x'.repeat(60) }].map(one => promptOf(one, false))).toEqual([
    'Severity [SEV-2]: ',
    'Reason [as it was]: ',
    'Type shop: ',
    'Reason [Enter keeps it]: ',
  ])
  expect([severity, text, name, { ...text, otherwise: 'x'.repeat(60) }].map(one => promptOf(one, true))).toEqual([
    'Severity, Enter takes SEV-2: ',
    'Reason, Enter takes as it was: ',
    'Type shop: ',
    'Reason, Enter keeps it: ',
  ])
  expect(introOf({ ...text, otherwise: 'x'.repeat(60) })).toEqual([
    { kind: 'line', text: `Reason, as it is: ${'x'.repeat(60)}` },
  ])
  expect(introOf(severity).map(one => one.text)).toEqual([
    'Severity',
    'SEV-1: everybody',
    'SEV-2: many',
    'SEV-9: nobody (off: It is not declared.)',
  ])
})

test('whoever asks is told every answer there is', () => {
  const all = [severity, text, name].map(question =>
    helpOf(question)
      .map(one => one.text)
      .join('\n'),
  )
  expect(all[0]).toContain('SEV-1: everybody')
  expect(all[0]).toContain('Enter alone: SEV-2')
  expect(all[1]).toContain('- alone: made empty')
  expect(all[2]).toContain('anything else: does nothing')
})

describe('a command', () => {
  test.each([
    ['?', null, { kind: 'help' }],
    ['note the pager rang', null, { kind: 'send', ask: { kind: 'note', text: 'the pager rang' } }],
    ['NOTE Twice', severity, { kind: 'send', ask: { kind: 'note', text: 'Twice' } }],
    ['hold', text, { kind: 'send', ask: { kind: 'hold', reason: '' } }],
    ['hold it looks odd', severity, { kind: 'send', ask: { kind: 'hold', reason: 'it looks odd' } }],
    ['leave', name, { kind: 'leave' }],
    ['status', null, { kind: 'look', at: 'status' }],
    ['back', severity, { kind: 'back' }],
    ['edit', text, { kind: 'edit' }],
    ['helm', text, { kind: 'look', at: 'status' }],
    ['helm ask', severity, { kind: 'send', ask: { kind: 'ask for the helm', reason: null } }],
    [
      'helm ask I know this database',
      null,
      { kind: 'send', ask: { kind: 'ask for the helm', reason: 'I know this database' } },
    ],
    [
      'Helm take Ana is on a train',
      null,
      { kind: 'send', ask: { kind: 'take the helm', reason: 'Ana is on a train' } },
    ],
  ] as const)('is heard at any question: %s', (given, question, command) => {
    expect(commandOf(given, question)).toEqual(command)
  })

  test.each([
    ['hold', { ...severity, choices: [{ word: 'hold', means: 'no rollback now' }] }],
    ['hold the line', text],
    ['leave it as it is', text],
    ['=leave', text],
    ['note', text],
    ['helm take over', text],
    ['helm is with ben', severity],
    ['edit', severity],
  ] as const)('is none where it is an answer: %s', (given, question) => {
    expect(commandOf(given, question)).toBeNull()
  })
})
