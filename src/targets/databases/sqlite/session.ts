import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { ChildOptions, Reply, Request } from './protocol.ts'

type Ask = Request extends infer Each ? (Each extends Request ? Omit<Each, 'id'> : never) : never

export type Session = {
  /** Rejects with `ChildGone` when the child ends before it answers: then nobody knows what it did. */
  readonly ask: (request: Ask) => Promise<Reply>
  readonly close: () => Promise<void>
  readonly pid: () => number | null
}

export class ChildGone extends Error {}

export type SessionOptions = ChildOptions & {
  readonly entry: string
  /** The run lock: a child that outlives a killed engine keeps it until its statement is done. */
  readonly lockFd: number | null
}

/** One child process with one database handle, started when first asked, and again after its end. */
export function openSession(options: SessionOptions): Session {
  let live: Live | null = null
  const ask = (request: Ask): Promise<Reply> => {
    if (live === null || live.ended()) live = start(options)
    return live.ask(request)
  }
  const close = async (): Promise<void> => {
    await live?.close()
    live = null
  }
  return { ask, close, pid: () => live?.pid ?? null }
}

type Live = {
  readonly ask: Session['ask']
  readonly close: () => Promise<void>
  readonly ended: () => boolean
  readonly pid: number | null
}

function start({ entry, lockFd, ...options }: SessionOptions): Live {
  const argv = ['--disable-warning=ExperimentalWarning', entry, JSON.stringify(options)]
  const child = spawn(process.execPath, argv, {
    stdio: ['pipe', 'pipe', 'ignore', ...(lockFd === null ? [] : [lockFd])],
  })
  const waiting = new Map<number, PromiseWithResolvers<Reply>>()
  let last = 0
  let over = false
  const opened = expectReply(waiting, 0)
  const finished = Promise.withResolvers<void>()
  const end = (): void => {
    over = true
    for (const { reject } of waiting.values()) reject(new ChildGone('the database process ended before it answered'))
    waiting.clear()
    finished.resolve()
  }
  child.on('close', end)
  child.on('error', end)
  child.stdin?.on('error', () => undefined)
  createInterface({ input: required(child.stdout) }).on('line', line => {
    const reply = JSON.parse(line) as Reply
    waiting.get(reply.id)?.resolve(reply)
    waiting.delete(reply.id)
  })
  const ask: Session['ask'] = async request => {
    const first = await opened
    if (!first.ok) return first
    if (over) throw new ChildGone('the database process has ended')
    last += 1
    const reply = expectReply(waiting, last)
    child.stdin?.write(`${JSON.stringify({ ...request, id: last })}\n`)
    return reply
  }
  const close = async (): Promise<void> => {
    child.stdin?.end()
    await finished.promise
  }
  return { ask, close, ended: () => over, pid: child.pid ?? null }
}

function expectReply(waiting: Map<number, PromiseWithResolvers<Reply>>, id: number): Promise<Reply> {
  const reply = Promise.withResolvers<Reply>()
  waiting.set(id, reply)
  reply.promise.catch(() => undefined)
  return reply.promise
}

function required<T>(stream: T | null): T {
  if (stream === null) throw new Error('the child was started without a pipe')
  return stream
}
