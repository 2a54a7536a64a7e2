import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../live/support.ts'
import { asFound, consoleBelow, taken, type Pty } from './pty.ts'
import { openRunStage, type RunStage } from './stage.ts'

let stage: RunStage
beforeAll(async () => {
  stage = await openRunStage()
})
afterAll(() => stage.close())

const onScreen = (pty: Pty): boolean => pty.text().includes('ecide what to do') && isDeepStrictEqual(pty.modes(), taken)

describe('a terminal', () => {
  test('that is dumb gets lines, and a word why, and is asked question by question', async () => {
    const pty = stage.console({ args: ['attach', stage.run, '--take', 'mine now'], env: { TERM: 'dumb' } })
    await until(() => pty.raw().includes('SEV-2'), 'the first question')
    expect(pty.raw()).toContain('Lines in the place of the screen: the terminal is dumb (TERM).')
    expect(pty.raw()).not.toContain('\u001b[?1049h')
    pty.write('\u0004')
    await until(() => pty.exitCode() === 0, 'it is left')
    await stage.goesOn('it was left')
  })

  test('without a UTF-8 locale gets ASCII, and a word why, which is still there afterwards', async () => {
    const pty = stage.console({ env: { LANG: 'C' }, through: '"$@"; echo "code $?"' })
    await until(() => onScreen(pty), 'the screen')
    expect(pty.text()).toMatch(/^[\x20-\x7e\n]*$/)
    process.kill(await until(() => consoleBelow(pty.pid), 'the console'), 'SIGTERM')
    await pty.until(text => text.includes('code 143'), 'it is left')
    expect(pty.text()).toContain('ASCII on the screen, since LANG=C is no UTF-8 locale')
  })

  test('of which only one half is one gets lines, and a word why', async () => {
    const pty = stage.console({ through: '"$@" </dev/null' })
    await pty.until(text => text.includes('opened'), 'lines')
    expect(pty.raw()).toContain('Lines in the place of the screen: stdin is no terminal.')
    expect(pty.modes()).toEqual(asFound)
  })

  test('gets its screen also where CI is set', async () => {
    const pty = stage.console({ through: 'CI=1 exec "$@"' })
    await until(() => onScreen(pty), 'the screen')
  })

  test('that nobody reads any more stops its console and nothing else; read again, it shows the present', async () => {
    const pty = stage.console({ args: ['attach', stage.run, '--take', 'mine now'], through: '"$@"; echo "code $?"' })
    await until(() => onScreen(pty), 'the screen')
    const console = await until(() => consoleBelow(pty.pid), 'the console')
    pty.pause()
    await until(() => {
      const [columns] = pty.size()
      pty.resize(columns === 200 ? 120 : 200, columns === 200 ? 40 : 60)
      return isBlocked(console)
    }, 'the console waits for its terminal')
    const stalledAt = performance.now()
    await stage.goesOn('while nobody reads')
    await stage.goesOn('and once more')
    // Longer than what counts as slow.
    await until(() => performance.now() - stalledAt > 1500, 'a while')
    pty.resize(120, 40)
    pty.resume()
    await pty.until(text => text.includes('and once more') && text.includes('┘'), 'the present')
    // By now it knows what its terminal is like.
    process.kill(console, 'SIGTERM')
    await pty.until(text => text.includes('code 143'), 'it is left')
    expect(pty.text()).toContain('with --slow-link less is drawn')
  })
})

describe('a terminal that is read slowly', () => {
  test('is sent the present, and not every frame since', async () => {
    const pty = stage.console({ args: ['attach', stage.run, '--take', 'mine now'], columns: 200, rows: 60 })
    await until(() => onScreen(pty), 'the screen')
    const frame = pty.raw().length
    const console = await until(() => consoleBelow(pty.pid), 'the console')
    pty.pause()
    await until(() => {
      const [columns] = pty.size()
      pty.resize(columns === 200 ? 199 : 200, 60)
      return isBlocked(console)
    }, 'the console waits for its terminal')
    const events = 40
    for (let at = 1; at <= events; at += 1) await stage.goesOn(`a slow link, ${at}`)
    const read = pty.raw().length
    pty.drip(100)
    await pty.until(text => text.includes(`a slow link, ${events}`) && text.includes('┘'), 'the present')
    expect(pty.raw().length - read).toBeLessThan((events / 4) * frame)
  })
})

/** In the middle of writing to a terminal that takes no more. */
function isBlocked(pid: number): boolean {
  return /^(?:n_tty_write|wait_woken|tty_write)/.test(readFileSync(`/proc/${pid}/wchan`, 'utf8'))
}

describe.skipIf(!isInstalled('tmux'))('tmux', () => {
  const name = `astern-${process.pid}`
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-L', name, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...stage.env, LANG: 'C.UTF-8' },
    })
  const screen = (): string => tmux('capture-pane', '-p')
  const modes = (): string => tmux('display', '-p', '#{alternate_on} #{cursor_flag}').trim()
  afterAll(() => void tmux('kill-server'))

  test('shows the screen, follows its sizes, and has everything back after ctrl+z and after leaving', async () => {
    tmux('new-session', '-d', '-x', '100', '-y', '30', 'env PS1="shell> " bash --norc --noprofile -i')
    await until(() => screen().includes('shell>'), 'the shell')
    tmux('send-keys', '-l', stage.command().join(' '))
    tmux('send-keys', 'Enter')
    const whole = (): boolean => screen().includes('ecide what to do') && modes() === '1 0'
    await until(whole, 'the screen')
    for (const [columns, rows] of [
      [60, 15],
      [200, 60],
      [40, 10],
      [80, 24],
    ] as const) {
      tmux('resize-window', '-x', String(columns), '-y', String(rows))
      await until(() => {
        const lines = screen().trimEnd().split('\n')
        if (columns < 60) return lines.join(' ').includes('too small')
        return lines.length === rows && lines[2]?.length === columns && lines[2].startsWith('┌')
      }, `a whole frame of ${columns}x${rows}`)
    }
    tmux('send-keys', 'C-z')
    await until(() => screen().trimEnd().endsWith('shell>') && modes() === '0 1', 'the shell again')
    tmux('send-keys', '-l', 'fg')
    tmux('send-keys', 'Enter')
    await until(whole, 'the screen again')
    tmux('send-keys', 'C-l')
    await until(whole, 'the screen, drawn anew')
    tmux('send-keys', 'q')
    await until(() => screen().includes('Leave'), 'the dialog')
    await until(() => (tmux('send-keys', 'Enter'), modes() === '0 1'), 'it is left')
    await until(() => screen().includes(`Run ${stage.run} goes on.`), 'what it said last')
  })
})

describe.skipIf(!isInstalled('screen'))('GNU screen', () => {
  test('which has no alternate screen unless told to, is left clean, with the last words', async () => {
    const pty = stage.console({
      through: 'exec screen -U -c /dev/null sh -c \'"$@"; echo "code $?"; while :; do read -r _; done\' sh "$@"',
    })
    await pty.until(text => text.includes('ecide what to do'), 'the screen')
    pty.resize(80, 24)
    await pty.until(text => text.split('\n')[2]?.length === 80, 'its new size')
    pty.write('?')
    await pty.until(text => text.includes('Keys'), 'its keys are heard')
    pty.write('\u001b')
    await pty.until(text => !text.includes('Keys'), 'back')
    pty.write('q')
    await pty.until(text => text.includes('Leave'), 'the dialog')
    await until(() => (pty.text().includes('Leave') && pty.write('\r'), pty.text().includes('code 0')), 'it is left')
    expect(pty.text().trim().split('\n')).toEqual([`Run ${stage.run} goes on.`, 'code 0'])
  })
})

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    if (process.env['CI'] === 'true') throw new Error(`${program} is not installed`)
    process.stderr.write(`\nLEFT OUT, because ${program} is not installed: the console in it\n`)
    return false
  }
}
