import { basename } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openSession, type Session } from '../../src/client/session.ts'
import type { RunEvent } from '../../src/state/event.ts'
import type { ConsoleState } from '../../src/state/store.ts'
import { linesOf, openStage, runsOf, stateOf, until, type Stage } from './support.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let stage: Stage | null = null
let terminal: Terminal | null = null
const sessions: Session[] = []
afterEach(async () => {
  for (const session of sessions.splice(0)) session.close()
  terminal?.kill('SIGKILL')
  terminal = null
  await stage?.close()
  stage = null
})

describe('the helm, asked for', () => {
  test('by two at once is asked for by one of them; given to that one while the other takes it, it is with one of them', async () => {
    const directory = await heldRun()
    const [ana, ben, eve] = await consoles(directory, ['ana', 'ben', 'eve'])
    await ana.send({ kind: 'take the helm', reason: null }, null)
    await all([ana, ben, eve], ({ run }) => run.helm.holder?.console === 'ana')
    const asks = await Promise.all([ben, eve].map(one => one.send({ kind: 'ask for the helm', reason: null }, null)))
    expect(asks.filter(refusal => refusal === null)).toHaveLength(1)
    await all([ana, ben, eve], ({ run }) => run.helm.asked !== undefined)
    const to = ana.store.getState().run.helm.asked?.console ?? ''
    const other = to === 'ben' ? eve : ben
    const [, taken] = await Promise.all([
      ana.send({ kind: 'give the helm', to }, null),
      other.send({ kind: 'take the helm', reason: 'I was first' }, null),
    ])
    expect(taken).toBe(null)
    const me = other.store.getState().me.console
    await all([ana, ben, eve], ({ run }) => run.helm.holder?.console === me && run.helm.asked === undefined)
    const epochs = eventsOf(directory).flatMap(event => ('epoch' in event && isChange(event) ? [event.epoch] : []))
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
    expect(new Set(epochs).size).toBe(epochs.length)
  })

  test('by a console that goes is asked for no more, and given to one that just went stays with nobody', async () => {
    const directory = await heldRun()
    const [ana, ben, eve] = await consoles(directory, ['ana', 'ben', 'eve'])
    await ana.send({ kind: 'take the helm', reason: null }, null)
    await all([ana, ben], ({ run }) => run.helm.holder?.console === 'ana')
    await ben.send({ kind: 'ask for the helm', reason: 'a moment' }, null)
    await all([ana], ({ run }) => run.helm.asked?.console === 'ben')
    ben.close()
    await all([ana], ({ run }) => run.helm.asked === undefined)
    expect(stateOf(directory).helm.holder?.console).toBe('ana')
    await eve.send({ kind: 'ask for the helm', reason: null }, null)
    await all([ana], ({ run }) => run.helm.asked?.console === 'eve')
    eve.close()
    await ana.send({ kind: 'give the helm', to: 'eve' }, null)
    await until(() => stateOf(directory).helm.holder?.console !== 'eve' && over(directory), 'eve has it no more')
  })

  test('of somebody in lines is given with a word at any question; they may ask for it back, and are told no', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    terminal = openTerminal(stage, ['rollback', '--plain'])
    await shows('What now')
    const directory = runsOf(stage.home).at(-1) ?? ''
    const [ben] = await consoles(directory, ['ben'])
    await ben.send({ kind: 'ask for the helm', reason: 'I know this database' }, null)
    await shows('left to answer: I know this database')
    terminal.write('give\r')
    await all([ben], ({ run }) => run.helm.holder?.console === 'ben')
    await shows('You can answer: ask, wait.')
    await answers(['What now', 'ask'], ['How', ''], ['Why', 'it was mine'])
    await all([ben], ({ run }) => run.helm.asked?.reason === 'it was mine')
    const to = ben.store.getState().run.helm.asked?.console ?? ''
    await ben.send({ kind: 'keep the helm', to, word: 'nearly done' }, null)
    await shows('keeps the helm: nearly done')
    await answers(['What now', 'ask'], ['How', 'take it now'], ['Why', 'the bridge decided'])
    await all([ben], ({ run }) => run.helm.holder !== null && run.helm.holder.console !== 'ben')
    await until(() => /the bridge decided[\s\S]*What now/.test(terminal?.text() ?? ''), 'its question again')
  })

  test('of somebody who gives no answer is taken in lines once their time is over', async () => {
    const directory = await heldRun()
    const [ana] = await consoles(directory, ['ana'])
    await ana.send({ kind: 'take the helm', reason: null }, null)
    await all([ana], ({ run }) => run.helm.holder?.console === 'ana')
    if (stage === null) throw new Error('there is no stage')
    terminal = openTerminal(stage, ['attach', basename(directory), '--plain'])
    await shows('You can answer: ask, wait.')
    await answers(['What now', 'ask'], ['How', ''], ['Why', ''])
    await all([ana], ({ run }) => run.helm.asked !== undefined)
    await shows('gave no answer: take the helm, no reason is needed.')
    await answers(['What now', 'take'], ['Reason', ''])
    await all([ana], ({ run }) => run.helm.holder !== null && run.helm.holder.console !== 'ana')
    const taken = eventsOf(directory).findLast(event => event.kind === 'helm.taken')
    expect(taken).toMatchObject({ reason: expect.stringMatching(/^\S+ was asked at .*, no answer came$/) })
  })
})

/** A run that waits for its decision, with nobody at the helm. */
async function heldRun(): Promise<string> {
  stage = await openStage({ orderEveryMs: 0 })
  await stage.astern(['rollback', '--headless'])
  const directory = runsOf(stage.home).at(-1) ?? ''
  await until(() => stateOf(directory).helm.holder === null, 'the helm is free')
  return directory
}

async function consoles<Names extends readonly string[]>(
  directory: string,
  names: readonly [...Names],
): Promise<{ [Index in keyof Names]: Session }> {
  const opened = names.map(name => {
    const me = { name, console: name, from: 'test' }
    return openSession({ directory, me, wants: 'helm', now: () => new Date() })
  })
  sessions.push(...opened)
  await all(opened, ({ connection, run }) => connection.engine === 'live' && run.run !== null)
  return opened as { [Index in keyof Names]: Session }
}

function all(these: readonly Session[], is: (state: ConsoleState) => boolean) {
  return until(() => these.every(({ store }) => is(store.getState())), 'the consoles see it', 90_000)
}

function eventsOf(directory: string): readonly RunEvent[] {
  return linesOf(directory).map(({ event }) => event)
}

function isChange({ kind }: RunEvent): boolean {
  return kind === 'helm.taken' || kind === 'helm.given'
}

/** Whichever came first: it was given and then left, or asked for no more and then not given. */
function over(directory: string): boolean {
  const last = eventsOf(directory).findLast(({ kind }) => kind.startsWith('helm.'))
  return last?.kind === 'helm.left' || last?.kind === 'helm.unasked'
}

/** Each once its prompt is the last thing on the screen. */
async function answers(...all: readonly (readonly [prompt: string, answer: string])[]): Promise<void> {
  for (const [prompt, answer] of all) {
    const open = new RegExp(`${prompt}[^\n]*:$`)
    await until(() => open.test(terminal?.text().trimEnd() ?? ''), prompt)
    terminal?.write(`${answer}\r`)
  }
}

async function shows(words: string): Promise<void> {
  await until(() => terminal?.text().replaceAll(/\s+/g, ' ').includes(words), words)
}
