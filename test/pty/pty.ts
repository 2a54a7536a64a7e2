import { spawn as spawnPty, type IPty } from '@lydell/node-pty'
import { existsSync, readFileSync } from 'node:fs'
import xterm from '@xterm/headless'
import { until } from '../live/support.ts'

/** A program in a real pseudo-terminal, and what such a terminal would show. */
export type Pty = {
  /** Of the program that was started: a shell, or the console itself. */
  readonly pid: number
  /** The device that its programs write to. */
  readonly tty: string
  readonly text: () => string
  /** Every byte so far. */
  readonly raw: () => string
  readonly write: (keys: string) => void
  readonly resize: (columns: number, rows: number) => void
  readonly size: () => readonly [columns: number, rows: number]
  /** Nobody reads any more, as on a link that stands still, until `resume`. */
  readonly pause: () => void
  readonly resume: () => void
  /** Read as a slow link would: what is there, at most some four thousand bytes, and then nothing for that long. Until `resume`. */
  readonly drip: (everyMs: number) => void
  /** The terminal itself is gone. */
  readonly hangUp: () => void
  readonly exitCode: () => number | null
  readonly modes: () => Modes
  readonly until: (is: (text: string) => boolean, what: string) => Promise<void>
  readonly close: () => void
}

/** What a program leaves a terminal in. */
export type Modes = {
  readonly screen: 'normal' | 'alternate'
  readonly cursor: 'shown' | 'hidden'
  readonly pastes: 'as keys' | 'in brackets'
}

export const asFound: Modes = { screen: 'normal', cursor: 'shown', pastes: 'as keys' }
export const taken: Modes = { screen: 'alternate', cursor: 'hidden', pastes: 'in brackets' }

export type PtyOptions = {
  readonly columns?: number
  readonly rows?: number
  readonly env: Readonly<Record<string, string | undefined>>
}

export function openPty(command: readonly string[], { columns = 100, rows = 30, env }: PtyOptions): Pty {
  const [file = '', ...args] = command
  const given = { LANG: 'C.UTF-8', TERM: 'xterm-256color', ASTERN_NO_ANIMATION: '1', ...env }
  const pty: IPty = spawnPty(file, args, {
    cols: columns,
    rows,
    cwd: '/',
    env: without(given, ['CI', 'LC_ALL', 'TMUX']),
  })
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  let raw = ''
  let code: number | null = null
  let dripMs = 0
  pty.onData(data => {
    raw += data
    screen.write(data)
    if (dripMs === 0) return
    pty.pause()
    setTimeout(() => running(() => pty.resume()), dripMs)
  })
  pty.onExit(({ exitCode }) => {
    code = exitCode
  })
  const text = (): string => {
    const { active } = screen.buffer
    return Array.from(
      { length: screen.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    ).join('\n')
  }
  const running = (act: () => void): void => {
    if (code === null) act()
  }
  return {
    pid: pty.pid,
    tty: (pty as unknown as { ptsName: string }).ptsName,
    text,
    raw: () => raw,
    write: keys => running(() => pty.write(keys)),
    resize: (wide, high) =>
      running(() => {
        pty.resize(wide, high)
        screen.resize(wide, high)
      }),
    size: () => [screen.cols, screen.rows],
    pause: () => pty.pause(),
    resume: () => {
      dripMs = 0
      pty.resume()
    },
    drip: everyMs => {
      dripMs = everyMs
      pty.resume()
    },
    hangUp: () => (pty as unknown as { destroy: () => void }).destroy(),
    exitCode: () => code,
    modes: () => ({
      screen: screen.buffer.active.type,
      cursor: raw.lastIndexOf('\u001b[?25l') > raw.lastIndexOf('\u001b[?25h') ? 'hidden' : 'shown',
      pastes: screen.modes.bracketedPasteMode ? 'in brackets' : 'as keys',
    }),
    until: async (is, what) => {
      await until(() => is(text()), what).catch((error: unknown) =>
        Promise.reject(new Error(`${String(error)}\nexit ${code}\n${text()}`)),
      )
    },
    close: () => running(() => pty.kill('SIGKILL')),
  }
}

function without(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || names.includes(name) ? [] : [[name, value]],
    ),
  )
}

/** The process below `pid`, or itself, that runs the console. */
export function consoleBelow(pid: number): number | null {
  if (readCommand(pid).includes('dist/cli.js') && !readCommand(pid).startsWith('sh')) return pid
  const file = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(file)) return null
  for (const child of readFileSync(file, 'utf8').trim().split(' ')) {
    const found = child === '' ? null : consoleBelow(Number(child))
    if (found !== null) return found
  }
  return null
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** `T`: stopped. Null: it is gone. */
export function stateOfProcess(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .slice(0, 1)
  } catch {
    return null
  }
}
