import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPlayStage, type PlayStage } from './play-stage.ts'
import { cli, until } from './support.ts'
import { openProgram, type Terminal } from './terminal.ts'

let stage: PlayStage
let terminal: Terminal

beforeEach(async () => {
  stage = await openPlayStage()
})
afterEach(async () => {
  terminal.kill('SIGKILL')
  await stage.endAll()
  stage.close()
})

const ceo = '  - { id: ceo, at: 0s, kind: event, text: "The CEO asks when it will be over.", answer: true }'

function open(args: readonly string[]): void {
  const config = ['--config', join(stage.root, 'staging.yaml')]
  terminal = openProgram(process.execPath, [cli, ...args, ...config], {
    STAGING_PROBE: 'a-staging-password',
    ASTERN_HOME: stage.home,
  })
}

const shows = (text: string): Promise<unknown> =>
  until(() => terminal.raw().includes(text), `${text}: ${terminal.text()}`)

const ended = (): Promise<unknown> => until(() => terminal.exitCode() !== null, 'it has ended')

describe('a drill in front of a person', () => {
  test('wants the name typed, opens the console they know once it has begun, and says how it ended', async () => {
    open(['drill', stage.play(ceo)])
    await shows('Type shop-staging to begin')
    expect(terminal.raw()).toContain('DRILL: Rows that are locked')
    expect(stage.drill()).toBe('')
    terminal.write('shop-staging\r')
    await until(() => terminal.text().includes('1/6 ASSESS'), 'the console is there')
    expect(terminal.text()).toContain('DRILL')
    const { began } = stage.state().drill ?? {}
    expect(began).not.toBeNull()
    await stage.untilDrill(({ drill }) => Object.keys(drill?.played ?? {}).length === 1, 'it is played in the drill')
    const [played = ''] = Object.keys(stage.state().drill?.played ?? {})
    await stage.astern(['stop', played, '--reason', 'seen enough'])
    await until(() => terminal.text().includes('closed') || terminal.exitCode() !== null, 'the run is closed')
    terminal.write('q')
    await ended()
    expect(terminal.raw()).toContain(`Drill ${basename(stage.drill())} (Rows that are locked) is over: reached`)
    expect(terminal.exitCode()).toBe(0)
  })

  test('goes on without them where they leave, and says how to come back and how to end it', async () => {
    open(['drill', stage.play(ceo)])
    await shows('Type shop-staging to begin')
    terminal.write('shop-staging\r')
    await until(() => terminal.text().includes('1/6 ASSESS'), 'the console is there')
    terminal.write('q')
    await until(() => terminal.text().includes('Leave this console'), 'it asks whether to leave')
    terminal.write('\r')
    await ended()
    expect(terminal.raw()).toContain(`Drill ${basename(stage.drill())} goes on. Come back with: astern.`)
    expect([terminal.exitCode(), stage.state().closed]).toEqual([0, null])
  })

  test('is not begun where something else is typed', async () => {
    open(['drill', stage.play(ceo)])
    await shows('Type shop-staging to begin')
    terminal.write('shop\r')
    await ended()
    expect([terminal.exitCode(), stage.drill()]).toEqual([3, ''])
  })
})
