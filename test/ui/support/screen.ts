import { Console } from 'node:console'
import { EventEmitter } from 'node:events'
import { Writable } from 'node:stream'
import xterm from '@xterm/headless'
import { createStore } from 'zustand/vanilla'
import type { Ask } from '../../../src/state/intent.ts'
import type { ConsoleState } from '../../../src/state/store.ts'
import type { Walk } from '../../../src/state/walk.ts'
import { showConsole } from '../../../src/ui/show.tsx'
import type { ScreenOptions } from '../../../src/ui/theme.ts'

// The test runner's console has none, and Ink asks for it.
console.Console ??= Console

export type Screen = {
  readonly text: () => readonly string[]
  readonly type: (keys: string) => void
  readonly until: (is: (lines: readonly string[]) => boolean, what: string, ms?: number) => Promise<void>
  readonly asks: readonly { readonly ask: Ask; readonly gate: string | null }[]
  /** Texts copied, and outputs asked for. */
  readonly copied: readonly string[]
  readonly outputs: readonly string[]
  readonly walks: readonly Walk[]
  readonly set: (changed: Partial<ConsoleState>) => void
  readonly left: () => boolean
  readonly terminal: xterm.Terminal
  /** Bytes written since last asked. */
  readonly bytes: () => number
  readonly close: () => Promise<void>
}

const plainOptions: ScreenOptions = { theme: 'default', ascii: false, animation: false, slowLink: false }

/** The real renderer, into a terminal that has no window. */
export function openScreen(
  state: ConsoleState,
  columns: number,
  rows: number,
  options: Partial<ScreenOptions> = {},
): Screen {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  let written = 0
  const stdout = Object.assign(
    new Writable({
      write(chunk, _, done) {
        written += (chunk as Buffer).length
        terminal.write(String(chunk).replaceAll('\n', '\r\n'), done)
      },
    }),
    { isTTY: true, columns, rows },
  )
  const pending: string[] = []
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setEncoding: () => undefined,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
    read: () => pending.shift() ?? null,
  })
  const store = createStore<ConsoleState>(() => state)
  const copied: string[] = []
  const outputs: string[] = []
  const walks: Walk[] = []
  const asks: { ask: Ask; gate: string | null }[] = []
  let left = false
  const shown = showConsole({
    store,
    send: (ask, gate) => asks.push({ ask, gate }),
    walk: to => walks.push(to),
    leave: () => {
      left = true
    },
    edit: async text => ({ ok: true, text: `${text}!\nand more` }),
    copy: async text => (copied.push(text), 'copied'),
    readOutput: path => outputs.push(path),
    options: { ...plainOptions, ...options },
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
  })
  const text = (): readonly string[] => {
    const buffer = terminal.buffer.active
    return Array.from(
      { length: rows },
      (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '',
    )
  }
  return {
    text,
    terminal,
    asks,
    copied,
    outputs,
    walks,
    type: keys => {
      pending.push(keys)
      stdin.emit('readable')
    },
    until: async (is, what, ms = 20_000) => {
      const deadline = performance.now() + ms
      while (!is(text())) {
        if (performance.now() > deadline) throw new Error(`waited in vain: ${what}\n${text().join('\n')}`)
        await new Promise(done => setTimeout(done, 10))
      }
    },
    set: changed => store.setState(changed),
    left: () => left,
    bytes: () => {
      const now = written
      written = 0
      return now
    },
    close: async () => {
      shown.unmount()
      await shown.done
      terminal.dispose()
    },
  }
}
