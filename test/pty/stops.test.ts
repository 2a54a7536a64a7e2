import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../live/support.ts'
import { consoleBelow, openPty, asFound, stateOfProcess, taken, type Pty } from './pty.ts'
import { openRunStage, type RunStage } from './stage.ts'

let stage: RunStage
beforeAll(async () => {
  stage = await openRunStage()
})
afterAll(() => stage.close())

/** A shell with jobs; the console is one of them. */
function openShell(): Pty {
  const shell = openPty(['bash', '--norc', '--noprofile', '-i'], { env: { ...stage.env, PS1: 'shell> ' } })
  shell.write(`${stage.command().join(' ')}\r`)
  return shell
}

const onScreen = (pty: Pty): boolean =>
  pty.text().includes('ecide what to do') && pty.text().includes('┌') && isDeepStrictEqual(pty.modes(), taken)

function cooked(pty: Pty): boolean {
  return /\sicanon\b/.test(spawnSync('stty', ['-F', pty.tty, '-a'], { encoding: 'utf8' }).stdout)
}

describe('a console that is stopped', () => {
  test.each([
    ['by ctrl+z', (pty: Pty) => pty.write('\u001a')],
    ['by SIGTSTP from outside', (_: Pty, console: number) => process.kill(console, 'SIGTSTP')],
  ])('%s gives the terminal back, and draws everything anew in raw mode when it is continued', async (_, stop) => {
    const shell = openShell()
    try {
      await until(() => onScreen(shell), 'the screen')
      const console = await until(() => consoleBelow(shell.pid), 'the console process')
      stop(shell, console)
      await until(() => stateOfProcess(console) === 'T', 'it is stopped')
      await shell.until(text => text.includes('Stopped') && text.trimEnd().endsWith('shell>'), 'the shell again')
      expect(shell.modes()).toMatchObject({ ...asFound, pastes: expect.any(String) })
      await stage.goesOn()
      // Smaller meanwhile, and nobody told it.
      shell.resize(80, 24)
      shell.write('fg\r')
      await until(
        () => onScreen(shell) && shell.text().split('\n')[23]?.trim() !== '',
        'the screen again, in its new size',
      )
      expect(shell.text()).not.toContain('shell>')
      expect(cooked(shell)).toBe(false)
      shell.write('?')
      await shell.until(text => text.includes('Keys'), 'its keys are heard, without Enter')
    } finally {
      shell.close()
    }
  })

  test('by SIGSTOP, of which nobody is told, is whole again once it is continued', async () => {
    const shell = openShell()
    try {
      await until(() => onScreen(shell), 'the screen')
      const console = await until(() => consoleBelow(shell.pid), 'the console process')
      process.kill(console, 'SIGSTOP')
      await shell.until(text => text.includes('Stopped'), 'the shell says so, over the screen')
      shell.write('fg\r')
      await until(() => onScreen(shell) && !shell.text().includes('Stopped'), 'the screen again')
      shell.write('?')
      await shell.until(text => text.includes('Keys'), 'its keys are heard')
    } finally {
      shell.close()
    }
  })

  test('is none where no shell could continue it: ctrl+z draws anew, and it goes on', async () => {
    const pty = stage.console()
    await until(() => onScreen(pty), 'the screen')
    pty.write('\u001a')
    await until(() => pty.raw().split('\u001b[?1049h').length === 3, 'it took the terminal again')
    await until(() => onScreen(pty), 'the screen again')
    pty.write('?')
    await pty.until(text => text.includes('Keys'), 'its keys are heard')
    expect(stateOfProcess(pty.pid)).not.toBe('T')
  })
})

describe('the screen', () => {
  test('is whole after a storm of new sizes, also below the smallest', async () => {
    const pty = stage.console()
    await until(() => onScreen(pty), 'the screen')
    for (let turn = 0; turn < 300; turn += 1) {
      const before = pty.raw().length
      pty.resize(60 + ((turn * 37) % 141), 15 + ((turn * 17) % 46))
      if (turn % 50 === 25) pty.resize(20 + (turn % 30), 4 + (turn % 9))
      // As a person drags: some in one burst, some with a frame between.
      if (turn % 7 === 0) await until(() => pty.raw().length > before, 'something of a frame')
    }
    for (const [columns, rows] of [
      [59, 14],
      [120, 40],
      [60, 15],
      [200, 60],
      [80, 24],
    ] as const) {
      pty.resize(columns, rows)
      await until(() => fills(pty), `a whole frame of ${columns}x${rows}\n`).catch(error => {
        throw new Error(`${String(error)}\n${pty.text()}`)
      })
    }
    await stage.goesOn()
  })

  test('is repaired by ctrl+l where something else wrote over it', async () => {
    const pty = stage.console()
    await until(() => onScreen(pty), 'the screen')
    writeFileSync(pty.tty, `\u001b[2J\u001b[5;5H\u001b[41mwall: the disk is nearly full${'!\r\n'.repeat(40)}`)
    await pty.until(text => text.includes('!') && !text.includes('ecide'), 'the damage')
    pty.write('\u000c')
    await until(() => onScreen(pty) && fills(pty) && !pty.text().includes('!'), 'the screen again')
  })
})

/** Every row is there once, with borders that meet the edge; or the notice, where it is too small. */
function fills(pty: Pty): boolean {
  const lines = pty.text().split('\n')
  const [columns] = pty.size()
  if (columns < 60)
    return (
      lines[1]?.startsWith('This terminal is too small.') === true &&
      lines[3]?.startsWith('The run goes on.') === true &&
      lines.slice(4).every(line => line.trim() === '')
    )
  const top = lines.findIndex(line => line.startsWith('┌'))
  const bottom = lines.findLastIndex(line => line.startsWith('└'))
  return (
    top === 2 &&
    bottom > top &&
    lines.slice(top, bottom + 1).every(line => line.length === columns) &&
    lines.filter(line => line.startsWith('┌')).length === 1 &&
    lines.at(-1)?.trim() !== ''
  )
}
