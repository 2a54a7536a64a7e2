import { readFile, writeFile } from 'node:fs/promises'
import { createConnection, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Intent, Refusal } from '../state/intent.ts'
import type { FromEngine, ToEngine } from '../state/wire.ts'

export type Connection = {
  /** Null: taken. Refused when the engine is gone, or does not answer in time. */
  readonly send: (intent: Intent) => Promise<Refusal | null>
}

export type ConnectOptions = {
  readonly directory: string
  readonly console: string
  readonly from: string
  readonly wants: 'helm' | 'watch'
  readonly onFrame: (frame: FromEngine) => void
  /** The engine cannot be reached now; it is tried again until aborted. */
  readonly onGone: () => void
  readonly signal: AbortSignal
}

const answerMs = 15_000
const againMs = 500

/** Keeps a connection to the run's engine for as long as `signal` lets it, through restarts of the engine. */
export function connectRun(options: ConnectOptions): Connection {
  const answers = new Map<string, (refusal: Refusal | null) => void>()
  let live: Socket | null = null
  const keep = async (): Promise<void> => {
    while (!options.signal.aborted) {
      await connectOnce(options, answers, socket => {
        live = socket
      })
      live = null
      for (const settle of answers.values()) settle(gone)
      answers.clear()
      if (options.signal.aborted) return
      options.onGone()
      await pause(againMs, options.signal)
    }
  }
  void keep()
  const send = (intent: Intent): Promise<Refusal | null> => {
    const socket = live
    if (socket === null) return Promise.resolve(gone)
    const { promise, resolve } = Promise.withResolvers<Refusal | null>()
    const timer = setTimeout(() => resolve(late), answerMs)
    answers.set(intent.id, resolve)
    say(socket, { kind: 'intent', intent })
    return promise.finally(() => {
      clearTimeout(timer)
      answers.delete(intent.id)
    })
  }
  return { send }
}

const gone: Refusal = {
  code: 'engine',
  reason: 'The engine is not running. Attach again, and one is started that looks first.',
}
const late: Refusal = {
  code: 'engine',
  reason: 'The engine did not answer in time. Look at the log before asking again.',
}

/** Resolves when this connection is over. */
async function connectOnce(
  options: ConnectOptions,
  answers: Map<string, (refusal: Refusal | null) => void>,
  onLive: (socket: Socket) => void,
): Promise<void> {
  const path = await readFile(join(options.directory, 'socket'), 'utf8').catch(() => null)
  // Left meanwhile, nobody would end the connection any more, and the process would stay for it.
  if (path === null || options.signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = createConnection(path)
  options.signal.addEventListener('abort', () => socket.destroy(), { once: true })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => resolve())
  socket.on('connect', () =>
    say(socket, { kind: 'hello', console: options.console, from: options.from, wants: options.wants }),
  )
  onFrames(socket, frame => {
    if (frame.kind === 'challenge') return void prove(socket, options.directory, frame.file)
    if (frame.kind === 'welcome') onLive(socket)
    if (frame.kind === 'answer') answers.get(frame.id)?.(frame.refusal)
    options.onFrame(frame)
  })
  await promise
}

/** Makes the file the engine named; only inside the run's own directory. */
async function prove(socket: Socket, directory: string, file: string): Promise<void> {
  if (!file.startsWith(join(directory, 'hello', '/'))) return void socket.destroy()
  const made = await writeFile(file, '', { flag: 'wx', mode: 0o600 }).then(
    () => true,
    () => false,
  )
  if (made) say(socket, { kind: 'proof' })
  else socket.destroy()
}

function say(socket: Socket, frame: ToEngine): void {
  socket.write(`${JSON.stringify(frame)}\n`)
}

function onFrames(socket: Socket, onFrame: (frame: FromEngine) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) onFrame(JSON.parse(part) as FromEngine)
  })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  return promise
}
