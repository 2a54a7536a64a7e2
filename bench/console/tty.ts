import { spawn as spawnPty } from '@lydell/node-pty'
import { readFileSync } from 'node:fs'

/** A console in a pseudo-terminal, its bytes counted as they come. */
export type Tty = {
  readonly pid: number
  readonly startedAt: number
  readonly raw: () => string
  readonly bytes: () => number
  /** When this was first written, on the clock of `performance`. */
  readonly wrote: (text: string) => Promise<number>
  /** One key: until its first byte, and how much came of it until nothing more did. */
  readonly press: (key: string) => Promise<Pressed>
  readonly ended: Promise<number>
  readonly close: () => void
}

export type Pressed = { readonly ms: number; readonly bytes: number }

type Options = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly columns?: number
  readonly rows?: number
}

const patienceMs = 120_000
const quietMs = 60

export function openTty([file = '', ...args]: readonly string[], { env, columns = 120, rows = 40 }: Options): Tty {
  const set = Object.entries({ ...env, TERM: 'xterm-256color' }).filter(([, value]) => value !== undefined)
  const startedAt = performance.now()
  const pty = spawnPty(file, args, { cols: columns, rows, cwd: '/', env: Object.fromEntries(set) })
  let raw = ''
  let bytes = 0
  let lastAt = startedAt
  let over = false
  const heard = new Set<() => void>()
  pty.onData(data => {
    raw += data
    bytes += Buffer.byteLength(data)
    lastAt = performance.now()
    for (const hear of heard) hear()
  })
  const ended = new Promise<number>(resolve =>
    pty.onExit(({ exitCode }) => {
      over = true
      resolve(exitCode)
    }),
  )
  const next = (is: () => boolean, what: string): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const late = setTimeout(() => reject(new Error(`waited in vain: ${what}\n${raw.slice(-3000)}`)), patienceMs)
    const hear = (): void => {
      if (is()) resolve(performance.now())
    }
    heard.add(hear)
    hear()
    return promise.finally(() => {
      clearTimeout(late)
      heard.delete(hear)
    })
  }
  return {
    pid: pty.pid,
    startedAt,
    raw: () => raw,
    bytes: () => bytes,
    wrote: text => next(() => raw.includes(text), text),
    press: async key => {
      // Between two frames, so that what comes is of the key.
      while (performance.now() - lastAt < quietMs) await pause(5)
      const before = bytes
      const at = performance.now()
      pty.write(key)
      const first = await next(() => bytes > before, `an answer to ${JSON.stringify(key)}`)
      while (performance.now() - lastAt < quietMs) await pause(5)
      return { ms: first - at, bytes: bytes - before }
    },
    ended,
    close: () => {
      if (!over) pty.kill('SIGKILL')
    },
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms))
}

/** Of one process, in megabytes: what is its own, and what it has of files, the node binary above all. */
export function memoryOf(pid: number): { readonly own: number; readonly files: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [own, files] = ['RssAnon', 'RssFile'].map(
    name => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024,
  )
  return { own: own ?? Number.NaN, files: files ?? Number.NaN }
}

/** What a process has had of the processors so far, in milliseconds; that says something on a busy machine too. */
export function workOf(pid: number): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) * 10
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
