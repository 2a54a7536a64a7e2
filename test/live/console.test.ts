import { afterEach, describe, expect, test } from 'vitest'
import { gateOf } from '../../src/state/gates.ts'
import { stepsDone } from '../../src/state/steps.ts'
import { isEngine, linesOf, openStage, startsOf, stateOf, until, untilRun, type Stage } from './support.ts'
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
