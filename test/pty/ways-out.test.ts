import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../live/support.ts'
import { asFound, consoleBelow, stateOfProcess, taken, type Pty } from './pty.ts'
import { openRunStage, type RunStage } from './stage.ts'

let stage: RunStage
beforeAll(async () => {
  stage = await openRunStage()
})
afterAll(() => stage.close())

/** The console below a shell that touches no terminal mode itself, and says afterwards how it finds them. */
const thenModes = '"$@"; echo "code $?"; stty -a'

async function shown(pty: Pty): Promise<number> {
  await pty.until(text => text.includes('ecide what to do') && isDeepStrictEqual(pty.modes(), taken), 'the screen')
  return until(() => consoleBelow(pty.pid), 'the console process')
}

async function restored(pty: Pty, code: number): Promise<void> {
  await pty.until(text => /code \d+[\s\S]*echoke/.test(text), 'the shell again')
  expect([pty.text().match(/code (\d+)/)?.[1], pty.modes()]).toEqual([String(code), asFound])
  // Cooked: lines, echoed, with keys that are signals.
  for (const mode of ['icanon', 'echo', 'isig', 'icrnl', 'opost'])
    expect(pty.text()).toMatch(new RegExp(`\\s${mode}\\b`))
}

function readCode(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

describe('a way out of the screen', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('by %s gives the terminal back, says how to come back, and ends with %i', async (signal, code) => {
    const pty = stage.console({ through: thenModes })
    process.kill(await shown(pty), signal)
    await restored(pty, code)
    expect(pty.text()).toContain(`Run ${stage.run} goes on.`)
    await stage.goesOn()
  })

  test('by its key gives the terminal back and ends with 0', async () => {
    const pty = stage.console({ through: thenModes })
    await shown(pty)
    pty.write('q')
    await pty.until(text => text.includes('Leave'), 'the dialog')
    await until(() => (pty.write('\r'), pty.modes().screen === 'normal'), 'it is left')
    await restored(pty, 0)
    await stage.goesOn()
  })

  test.each([
    ['while rendering', 'render'],
    ['in what nobody waits for', 'reject'],
    ['in a handler', 'throw'],
  ])(
    'by a crash %s gives the terminal back first, then says what happened and how to attach, and ends with 70',
    async (_, how) => {
      const pty = stage.console({ args: ['attach', stage.run], through: thenModes, env: { ASTERN_CRASH_SCREEN: how } })
      process.kill(await shown(pty), 'SIGUSR2')
      await restored(pty, 70)
      expect(pty.text()).toContain(`asked for by ASTERN_CRASH_SCREEN=${how}`)
      expect(pty.text().replaceAll('\n', '')).toContain(
        `Only the screen failed. The engine goes on with the run. Come back with: astern attach ${stage.run}`,
      )
      expect(pty.raw().lastIndexOf('a bug in Astern')).toBeGreaterThan(pty.raw().lastIndexOf('\u001b[?1049l'))
      await stage.goesOn()
    },
  )

  test.each([
    ['with its session hung up on', 'trap "" HUP; "$@"; echo $? >"$CODE"'],
    ['without a word, so that only writing fails (EIO)', 'trap "" HUP; setsid -w "$@"; echo $? >"$CODE"'],
  ])('is a terminal that is gone, %s: the console ends, and nothing else', async (_, through) => {
    const directory = mkdtempSync(join(tmpdir(), 'astern-pty-'))
    try {
      const pty = stage.console({ through, env: { CODE: join(directory, 'code') } })
      const console = await shown(pty)
      pty.hangUp()
      await until(() => stateOfProcess(console) === null, 'the console has ended')
      await until(() => readCode(join(directory, 'code')) === '129\n', 'its exit code')
      await stage.goesOn()
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
})
