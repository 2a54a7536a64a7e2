import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { convertIcsCalendar } from 'ts-ics'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { gateOf } from '../../src/state/gates.ts'
import { stepsDone } from '../../src/state/steps.ts'
import { openMailServer } from '../channels/mail.ts'
import { addMail, invitationsIn } from './invited.ts'
import {
  isEngine,
  linesOf,
  openStage,
  runsOf,
  startsOf,
  stateOf,
  until,
  untilRun,
  type Stage,
  type StageOptions,
} from './support.ts'
import { approve } from './keys.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let stage: Stage | null = null
let terminal: Terminal | null = null
afterEach(async () => {
  terminal?.kill('SIGKILL')
  terminal = null
  await stage?.close()
  stage = null
})

describe('an emergency, by keyboard in a real terminal', () => {
  test('takes exactly one dialog until services are back', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback', '--emergency'])
    await approve(terminal)
    const directory = await untilRun(stage.home, state => stepsDone(state), 'services are back')
    const asked = linesOf(directory).flatMap(({ event }) => (event.kind === 'intent.taken' ? [event.ask] : []))
    expect(asked).toEqual(['take the helm', 'approve'])
    expect(await (await fetch(`http://127.0.0.1:${stage.shop.ports.api}/version`)).json()).toEqual({ version: '1.2.2' })
    await until(() => terminal?.text().includes('Write the lessons'), 'the follow-up is on the screen')
  })

  test.each([
    ['killed', (it: Terminal) => it.kill('SIGKILL')],
    ['hung up on, its terminal closed', (it: Terminal) => it.hangUp()],
  ])('goes on to the next gate when its console is %s, and is taken up where it stands', async (_, end) => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback', '--emergency'])
    await approve(terminal)
    const directory = await untilRun(
      stage.home,
      ({ steps }) => steps['local.freeze'] !== undefined && steps['local.freeze'].status !== 'waiting',
      'phase 3 has begun',
    )
    end(terminal)
    await until(() => stateOf(directory).helm.holder === null, 'the engine notices')
    await until(() => gateOf(stateOf(directory)) !== null || stateOf(directory).accepted !== null, 'the next gate')
    expect(isEngine(stateOf(directory).engine?.pid ?? 0)).toBe(true)
    const ran = await stage.astern(['attach', directory.split('/').at(-1) ?? '', '--headless'])
    expect([ran.stderr, ran.code, stateOf(directory).closed?.outcome]).toEqual(['', 0, 'reached'])
    expect(startsOf(stage.shop, 'api')).toEqual(['1.2.2', '1.3.0', '1.2.2'])
  })
})

describe('leaving the console', () => {
  test('says that the run goes on and how to come back, restores the terminal, and ends with 0', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback'])
    await until(() => terminal?.text().includes('Decide what to do'), 'the first screen')
    terminal.write('q')
    await until(() => terminal?.text().includes('Leave'), 'the dialog')
    await until(() => (terminal?.write('\r'), terminal?.exitCode() !== null), 'the console has ended')
    expect(terminal.exitCode()).toBe(0)
    expect(terminal.raw()).toContain('\u001b[?1049l')
    await until(() => terminal?.text().includes('goes on without you. Come back with: astern attach'), 'the way back')
  })
})

describe('the line mode', () => {
  test('takes a rollback from its first question to its close, a line at a time', async () => {
    const mail = await openMailServer()
    onTestFinished(() => mail.close())
    const prepare: StageOptions['prepare'] = shop => addMail(shop.manifestFile, `smtp://127.0.0.1:${mail.port}`)
    stage = await openStage({ orderEveryMs: 0, prepare })
    terminal = openTerminal(stage, ['rollback', '--plain'])
    await answered(terminal, [
      ['Severity [SEV-2]:', ''],
      ['hold, nothing [roll back]:', ''],
      ['Because [', ''],
      ['Impact began, hh:mm UTC', 'soon'],
      ['Impact began, hh:mm UTC', ''],
      ['Noticed', ''],
      ['Strong objections', 'none raised'],
      ['Type shop to approve', 'shop'],
      ['Type main to approve', 'main'],
      ['Lessons so far', 'try the migration down first'],
      ['Owner of the post-mortem', 'ana'],
      ['When [', ''],
      ['move or call off', 'move'],
      ['Lessons so far [try', ''],
      ['Owner of the post-mortem [ana', 'bo'],
      ['When [', ''],
      ['bo leads it. close', 'call off'],
      ['Called off because', 'it is part of another'],
      ['Sign it off', 'see there'],
    ])
    await until(() => terminal?.exitCode() !== null, 'the run is closed')
    const [directory = ''] = runsOf(stage.home)
    const { closed, decision, lessons, review, calledOff, signed } = stateOf(directory)
    expect([terminal.exitCode(), closed?.outcome]).toEqual([0, 'reached'])
    expect([review, calledOff, signed['review']]).toMatchObject([
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
    expect(decision).toMatchObject({ choice: 'roll back', objections: 'none raised', beganAt: expect.any(String) })
    expect(lessons).toMatchObject({ lessons: 'try the migration down first', owner: 'bo' })
    expect(terminal.raw()).not.toContain('\u001b[?1049h')
  })
})

/** Each question as it comes, and its answer; an empty one takes what stands in brackets. */
async function answered(to: Terminal, all: readonly (readonly [question: string, answer: string])[]): Promise<void> {
  let seen = 0
  for (const [question, answer] of all) {
    const from = seen
    const at = await until(
      () => {
        const found = to.raw().indexOf(question, from)
        return found < 0 ? null : found
      },
      question,
      30_000,
    ).catch((error: unknown) => Promise.reject(new Error(`${String(error)}\n${to.raw().slice(-2000)}`)))
    seen = at + question.length
    to.write(`${answer}\r`)
  }
}
