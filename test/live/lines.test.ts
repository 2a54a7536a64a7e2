import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { convertIcsCalendar } from 'ts-ics'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { gateOf } from '../../src/state/gates.ts'
import { plain } from '../../src/state/text.ts'
import { openMailServer } from '../channels/mail.ts'
import { addMail, invitationsIn } from './invited.ts'
import { linesOf, openStage, runsOf, stateOf, until, untilRun, type Stage, type StageOptions } from './support.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let stage: Stage | null = null
let terminal: Terminal | null = null
afterEach(async () => {
  terminal?.kill('SIGKILL')
  terminal = null
  await stage?.close()
  stage = null
})

type Answers = readonly (readonly [question: string, answer: string])[]

const decided: Answers = [
  ['What now [decide]:', ''],
  ['Severity [SEV-2]:', 'SVE-1'],
  ['is none of the answers. They are: SEV-1', ''],
  ['Scope [', ''],
  ['Impact [', ''],
  ['Choice [roll back]:', ''],
  ['Reason [', ''],
  ['Impact began, hh:mm UTC', 'soon'],
  ['reads like 02:51', ''],
  ['Noticed', ''],
  ['Strong objections', 'none raised'],
  ['Turn back after', ''],
]
const approved: Answers = [
  ['What now [plan]:', 'approve'],
  ['Type shop:', 'shop'],
  ['Type main:', 'main'],
  ['Unattended for', ''],
]
const accepted: Answers = [
  ['What now [accept]:', ''],
  ['Reason (optional)', ''],
]
const booked: Answers = [
  ['What now [lessons]:', ''],
  ['Lessons:', 'try the migration down first'],
  ['Owner [', 'ana'],
  ['Post-mortem at [', ''],
]
const closed: Answers = [
  ['What now [close]:', ''],
  ['yes or no:', 'yes'],
]
/** Another owner; and then it is called off. */
const calledOff: Answers = [
  ['What now [close]:', 'lessons'],
  ['Lessons [', ''],
  ['Owner [ana]', 'bo'],
  ['Post-mortem at [', ''],
  ['It [takes place]', ''],
  ['Called off because', ''],
  ['What now [close]:', 'lessons'],
  ['Lessons [', ''],
  ['Owner [bo]', ''],
  ['Post-mortem at [', ''],
  ['It [takes place]', 'call it off'],
  ['Called off because', 'it is part of another'],
  ['What now [sign]:', ''],
  ['Item:', 'review'],
  ['Reason:', 'see there'],
]

describe('the line mode', () => {
  test('takes a rollback from its first question to its close; a wrong answer is refused, and one typed ahead arms nothing; the post-mortem is moved and called off', async () => {
    const mail = await openMailServer()
    onTestFinished(() => mail.close())
    const prepare: StageOptions['prepare'] = shop => addMail(shop.manifestFile, `smtp://127.0.0.1:${mail.port}`)
    stage = await openStage({ orderEveryMs: 0, prepare })
    terminal = openTerminal(stage, ['rollback', '--plain'])
    let seen = await answered(terminal, decided)
    seen = await answered(terminal, [['What now [plan]:', 'approve\rshop\rmain\r']], seen)
    seen = await answered(terminal, [['Type shop:', 'sho']], seen)
    await until(() => terminal?.raw().includes('"sho" is not shop. Nothing was done.'), 'it is refused')
    const [directory = ''] = runsOf(stage.home)
    expect(stateOf(directory).plan?.approved).toBeNull()
    seen = await answered(
      terminal,
      [
        ['What now [plan]:', ''],
        ['More [more]:', 'all'],
      ],
      seen,
    )
    seen = await answered(terminal, [['What now [approve]:', ''], ...approved.slice(1)], seen)
    await answered(terminal, [...accepted, ...booked, ...calledOff, ...closed], seen)
    await until(() => terminal?.exitCode() !== null, 'the run is closed')
    const state = stateOf(directory)
    expect([terminal.exitCode(), state.closed?.outcome, state.notes]).toEqual([0, 'reached', []])
    const { decision, lessons } = state
    expect([state.review, state.calledOff, state.signed['review']]).toMatchObject([
      null,
      { reason: 'it is part of another', told: { sequence: 2, owner: 'bo' } },
      { reason: 'see there' },
    ])
    const at = lessons?.reviewAt
    const uid = `post-mortem-${basename(directory)}@astern`
    expect(mail.mails.flatMap(({ text }) => invitationsIn(text))).toEqual([
      ['REQUEST', uid, 0, at, 'a@shop.example'],
      ['REQUEST', uid, 1, at, 'a@shop.example'],
      ['CANCEL', uid, 2, at, 'a@shop.example'],
    ])
    const written = convertIcsCalendar(undefined, readFileSync(join(directory, 'report', 'post-mortem.ics'), 'utf8'))
    expect([written.method, written.events?.[0]?.sequence]).toEqual(['CANCEL', 2])
    const after = await stage.astern(['review', basename(directory), '--json'])
    expect(JSON.parse(after.stdout)).toMatchObject({ sequence: 2, cancelled: true })
    expect(decision).toMatchObject({
      severity: 'SEV-2',
      choice: 'roll back',
      objections: 'none raised',
      beganAt: expect.any(String),
    })
    expect(lessons).toMatchObject({ lessons: 'try the migration down first', owner: 'bo' })
    expect(terminal.raw()).not.toContain('\u001b[?1049h')
  })

  test('to a screen reader has sentences alone: no glyph, no box, no column', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback'], { INK_SCREEN_READER: 'true' })
    await answered(terminal, toEars([...decided, ...approved, ...accepted, ...booked, ...closed]))
    await until(() => terminal?.exitCode() !== null, 'the run is closed')
    const rows = rowsOf(terminal)
    expect(rows).toContain('Rollback completed: green, 19 of 19 steps done, 5 proofs apart, to 1.2.2.')
    expect(rows.filter(row => /[✓✗●○▲│─┌→…]|->| {2}/.test(row))).toEqual([])
    expect(rows.filter(row => /^(Begins|Done): /.test(row))).toEqual([])
    expect(rows.some(row => /^Drill, phase [34] of 6, \w+: \d+ of 24 steps are done/.test(row))).toBe(true)
  })

  test('is left by Ctrl-D, and by Ctrl-C only the second time; a note, a hold and a question are heard before', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback', '--plain'])
    await answered(terminal, [['What now [decide]:', 'note the pager rang']])
    await until(() => terminal?.raw().includes('The note is on record.'), 'the note')
    terminal.write('half an answer\u0003')
    await until(() => terminal?.raw().includes('Ctrl-C ends nothing'), 'Ctrl-C is explained')
    terminal.write('status\r')
    await until(() => terminal?.raw().includes('phase 1 of 6: Assess'), 'where it stands')
    expect(terminal.exitCode()).toBeNull()
    terminal.write('\u0004')
    await until(() => terminal?.exitCode() !== null, 'it is left')
    const [directory = ''] = runsOf(stage.home)
    expect(terminal.raw()).toContain(
      `goes on without you. Come back with: astern attach ${directory.split('/').at(-1)}`,
    )
    const { notes, closed } = stateOf(directory)
    expect([notes.map(({ text }) => text), closed, terminal.exitCode()]).toEqual([['the pager rang'], null, 0])
    terminal = openTerminal(stage, ['--plain'])
    await answered(terminal, [['What now [decide]:', 'hel']])
    await until(() => terminal?.raw().includes('"hel" is none of the answers'), 'it is asked again')
    terminal.write('\u0003')
    await until(() => terminal?.raw().includes('Ctrl-C ends nothing'), 'Ctrl-C is explained')
    terminal.write('\u0003')
    await until(() => terminal?.exitCode() !== null, 'it is left')
    expect(terminal.raw()).toContain('goes on without you')
  })

  test('hears hold while the run is at work, between two questions', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback', '--plain'])
    const seen = await answered(terminal, [...decided, ...approved])
    await answered(terminal, [['begins: ', 'hold what is that']], seen)
    const directory = await untilRun(stage.home, state => state.held !== null, 'it is held')
    await answered(
      terminal,
      [
        ['The run is held: what is that', ''],
        ['What now:', 'resume'],
        ['yes or no:', 'yes'],
      ],
      seen,
    )
    await untilRun(stage.home, state => gateOf(state)?.kind === 'validate', 'it went on')
    const asks = linesOf(directory).flatMap(({ event }) => (event.kind === 'intent.taken' ? [event.ask] : []))
    expect(asks).toEqual(['take the helm', 'decide', 'approve', 'hold', 'resume'])
  })
})

describe('without a screen', () => {
  test('a dumb terminal is asked in lines, and told why', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback'], { TERM: 'dumb' })
    await answered(terminal, [
      ['the terminal is dumb', ''],
      ['What now [decide]:', 'leave'],
    ])
    await until(() => terminal?.exitCode() === 0, 'it is left')
    expect(terminal.raw()).not.toContain('\u001b')
  })

  test('with stdin from a pipe nobody is asked, which one line says', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const ran = await stage.astern(['rollback'])
    expect([ran.code, ran.stderr.match(/Nothing is asked here: stdin is no terminal\./g)?.length]).toEqual([4, 1])
  })
})

/** The same questions, as they are asked there. */
function toEars(answers: Answers): Answers {
  return answers.map(([question, answer]) => [
    question.replace(/ \[([^\]]+)\]:/, ', Enter takes $1:').replace(/ \[$/, ', Enter '),
    answer,
  ])
}

/** Each question as it comes, and its answer; an empty one takes what stands in brackets. How far it was read. */
async function answered(to: Terminal, all: Answers, from = 0): Promise<number> {
  let seen = from
  for (const [question, answer] of all) {
    const at = await until(
      () => {
        const found = to.raw().indexOf(question, seen)
        return found < 0 ? null : found
      },
      question,
      60_000,
    ).catch((error: unknown) => Promise.reject(new Error(`${String(error)}\n${to.raw().slice(-3000)}`)))
    seen = at + question.length
    to.write(`${answer}\r`)
  }
  return seen
}

/** What was printed, row by row, without what moves the cursor. */
function rowsOf(terminal: Terminal): readonly string[] {
  return terminal
    .raw()
    .split(/\r?\n/)
    .map(row => plain(row))
}
