import { spawn as spawnPty, type IPty } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { cli, type Stage } from './support.ts'

export type Terminal = {
  /** What is on the screen now. */
  readonly text: () => string
  /** Every byte so far. */
  readonly raw: () => string
  /** Every screen that there ever was, each once. */
  readonly frames: () => ReadonlySet<string>
  readonly write: (keys: string) => void
  readonly kill: (signal: string) => void
  readonly hangUp: () => void
  readonly exitCode: () => number | null
}

/** The built program in a pseudo-terminal. */
export function openTerminal(
  { shop, home }: Stage,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Terminal {
  const own = { ...shop.env, ASTERN_HOME: home }
  return openProgram(process.execPath, [cli, ...args, '--config', shop.manifestFile], own, more)
}

/** A program in a pseudo-terminal of 100 columns and 30 rows, and what such a terminal would show. `more` counts most. */
export function openProgram(
  file: string,
  args: readonly string[],
  own: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, string>> = {},
): Terminal {
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    ...own,
    TERM: 'xterm-256color',
    ASTERN_NO_ANIMATION: '1',
    ...more,
  }
  delete env['CI']
  const pty: IPty = spawnPty(file, [...args], {
    cols: 100,
    rows: 30,
    cwd: '/',
    env,
  })
  const screen = new xterm.Terminal({ cols: 100, rows: 30, allowProposedApi: true })
  const frames = new Set<string>()
  let raw = ''
  let code: number | null = null
  pty.onData(data => {
    raw += data
    screen.write(data, () => frames.add(text()))
  })
  pty.onExit(({ exitCode }) => {
    code = exitCode
  })
  const text = (): string => {
    const { active } = screen.buffer
    return Array.from(
      { length: 30 },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    ).join('\n')
  }
  const running = (act: () => void): void => {
    if (code === null) act()
  }
  return {
    text,
    raw: () => raw,
    frames: () => frames,
    write: keys => running(() => pty.write(keys)),
    kill: signal => running(() => process.kill(pty.pid, signal)),
    hangUp: () => running(() => (pty as unknown as { destroy: () => void }).destroy()),
    exitCode: () => code,
  }
}
