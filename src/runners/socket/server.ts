import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../../state/event.ts'
import type { Fault } from '../../state/fault.ts'
import type { Intent, Refusal } from '../../state/intent.ts'
import type { Signal } from '../../state/signal.ts'
import type { FromEngine, ToEngine } from '../../state/wire.ts'
import { readFrames } from './frames.ts'
import { openChallenge, type Challenge } from './proof.ts'

export type RunSocket = {
  readonly publishDurable: (seq: number) => void
  readonly publishSignals: (signals: readonly Signal[]) => void
  readonly publishFailed: (fault: Fault) => void
  readonly watchers: () => number
  readonly close: () => Promise<void>
}

export type Arrival = { readonly console: string; readonly actor: Actor; readonly wants: 'helm' | 'watch' }

export type RunSocketOptions = {
  readonly directory: string
  readonly onIntent: (intent: Intent, actor: Actor, console: string) => Promise<Refusal | null>
  readonly onLeave: (arrival: Arrival) => void
  readonly lastSeq: () => number
}

const lastWordsMs = 1000
/** A reader this far behind gets no more signals until it has caught up; events it reads from the journal anyway. */
const slowBytes = 64 * 1024
/** One that asks and asks, and reads no answer, is let go. */
const deafBytes = 1024 * 1024

/** The run's socket: who comes proves who they are; then signals go out, latest wins, and intents come in. */
export async function openRunSocket(options: RunSocketOptions): Promise<RunSocket> {
  const connections = new Map<Socket, Arrival | null>()
  const latest = new Map<string, Signal>()
  const behind = new Set<Socket>()
  const watchers = (): number => [...connections.values()].filter(arrival => arrival?.wants === 'watch').length
  const server = createServer(socket => {
    connections.set(socket, null)
    serve(socket, options, {
      arrive: arrival => {
        connections.set(socket, arrival)
        send(socket, { kind: 'welcome', name: arrival.actor.name, uid: arrival.actor.uid, watchers: watchers() })
        bringUpToDate(socket)
        if (arrival.wants === 'watch') tellWatchers()
      },
      leave: () => {
        const arrival = connections.get(socket)
        connections.delete(socket)
        behind.delete(socket)
        if (arrival == null) return
        options.onLeave(arrival)
        if (arrival.wants === 'watch') tellWatchers()
      },
    })
    socket.on('drain', () => {
      if (behind.delete(socket)) bringUpToDate(socket)
    })
  })
  const path = await listen(server, options.directory)
  const arrived = (): readonly Socket[] =>
    [...connections].flatMap(([socket, arrival]) => (arrival === null ? [] : [socket]))
  const all = (frame: FromEngine): void => {
    // Spelt out once, however many listen.
    const line = lineOf(frame)
    for (const socket of arrived()) {
      if (socket.writableLength >= slowBytes) behind.add(socket)
      else if (socket.writable) socket.write(line)
    }
  }
  /** All that is known now, for one who has just come, or has caught up: what went out meanwhile is not sent again. */
  const bringUpToDate = (socket: Socket): void => {
    send(socket, { kind: 'durable', seq: options.lastSeq() })
    send(socket, { kind: 'signals', signals: [...latest.values()], watchers: watchers() })
  }
  const tellWatchers = (): void => all({ kind: 'signals', signals: [], watchers: watchers() })
  let durable: number | null = null
  const sayDurable = (): void => {
    if (durable !== null) all({ kind: 'durable', seq: durable })
    durable = null
  }
  // Whoever asked is answered first, however many listen; and of several at once the latest says it all.
  const publishDurable = (seq: number): void => {
    if (durable === null) setImmediate(sayDurable)
    durable = seq
  }
  const close = async (): Promise<void> => {
    sayDurable()
    const over = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of connections.keys()) socket.end()
    // What was said last is still read; whoever does not read is not waited for.
    const late = setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy()
    }, lastWordsMs)
    await over.finally(() => clearTimeout(late))
    await rm(path, { force: true })
  }
  return {
    publishDurable,
    publishSignals: signals => {
      for (const signal of signals) latest.set(signal.key, signal)
      all({ kind: 'signals', signals, watchers: watchers() })
    },
    publishFailed: fault => {
      for (const socket of arrived()) send(socket, { kind: 'failed', fault })
    },
    watchers,
    close,
  }
}

type Doors = { readonly arrive: (arrival: Arrival) => void; readonly leave: () => void }

function serve(socket: Socket, options: RunSocketOptions, { arrive, leave }: Doors): void {
  let challenge: Challenge | null = null
  let hello: Extract<ToEngine, { kind: 'hello' }> | null = null
  let arrival: Arrival | null = null
  const handle = async (frame: ToEngine): Promise<void> => {
    if (frame.kind === 'hello' && hello === null) {
      hello = frame
      challenge = await openChallenge(options.directory)
      return send(socket, { kind: 'challenge', file: challenge.file })
    }
    if (frame.kind === 'proof' && hello !== null && challenge !== null && arrival === null) {
      const person = await challenge.judge()
      if (person === null) return void socket.destroy()
      arrival = { console: hello.console, wants: hello.wants, actor: { ...person, from: hello.from } }
      return arrive(arrival)
    }
    if (frame.kind === 'intent' && arrival !== null && socket.writableLength < deafBytes) {
      const { intent } = frame
      const refusal =
        arrival.wants === 'watch'
          ? watching
          : await options.onIntent(intent, arrival.actor, arrival.console).catch(broken)
      return send(socket, { kind: 'answer', id: intent.id, refusal })
    }
    socket.destroy()
  }
  socket.on('error', () => socket.destroy())
  socket.on('close', leave)
  readFrames<ToEngine>(socket, frame => void handle(frame).catch(() => socket.destroy()))
}

const watching: Refusal = { code: 'watcher', reason: 'This console watches. To act, take the helm with: astern attach' }

function broken(): Refusal {
  return { code: 'journal', reason: 'The engine cannot write its journal any more. Nothing was done.' }
}

function send(socket: Socket, frame: FromEngine): void {
  if (socket.writable) socket.write(lineOf(frame))
}

function lineOf(frame: FromEngine): string {
  return `${JSON.stringify(frame)}\n`
}

/** `listen` fails past about 107 bytes, and run directories are long: the socket stands on a short path that the run names. */
async function listen(server: ReturnType<typeof createServer>, directory: string): Promise<string> {
  const base = join(process.platform === 'linux' ? '/tmp' : tmpdir(), `astern-${process.getuid?.() ?? 0}`)
  await mkdir(base, { recursive: true, mode: 0o711 })
  const path = join(base, `${randomBytes(8).toString('hex')}.sock`)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  // Anybody may knock; who may come in is settled by the nonce file in the run's directory.
  await chmod(path, 0o666)
  await writeFile(join(directory, 'socket'), path, { mode: 0o644 })
  return path
}
