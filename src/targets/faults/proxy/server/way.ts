import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import type { Address } from '../../../../state/drill/proxy.ts'
import type { Disturbance } from './faults.ts'

export type Way = {
  readonly server: Server
  /** Ends what goes through it now: whoever uses it begins anew, and meets what is so by then. */
  readonly drop: () => void
}

/** Bytes from one place to another, both ways, whatever they mean. */
export function openWay(to: Address, now: () => Disturbance): Way {
  const live = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, client => {
    live.add(client)
    client.on('close', () => live.delete(client))
    client.on('error', () => client.destroy())
    const { cut, errors } = now()
    if (cut) return end(client)
    if (errors) return refuse(client)
    pass(client, to, now)
  })
  return {
    server,
    drop: () => {
      for (const client of live) end(client)
    },
  }
}

function pass(client: Socket, to: Address, now: () => Disturbance): void {
  const upstream = createConnection(
    to.kind === 'unix' ? { path: to.path, allowHalfOpen: true } : { ...to, allowHalfOpen: true },
  )
  upstream.on('error', () => end(client))
  client.on('close', () => upstream.destroy())
  let isAsked = true
  client.on('data', () => (isAsked = true))
  // What is asked is answered later; the rest of the answer comes as it comes.
  const later = new Transform({
    transform: (chunk, _, done) => {
      const ms = isAsked ? now().laterMs : 0
      isAsked = false
      if (ms === 0) done(null, chunk)
      else setTimeout(() => done(null, chunk), ms)
    },
  })
  client.pipe(upstream)
  upstream.pipe(later).pipe(client)
}

/** As if nobody were there any more: a reset, where there is such a thing. */
function end(client: Socket): void {
  // One that is being ended already cannot be reset: Node then never closes it, and spins for ever when it exits.
  if (client.remoteAddress === undefined || client.writableEnded) client.destroy()
  else client.resetAndDestroy()
}

/** How long whoever comes is waited for to speak first, as HTTP does. */
const silentMs = 1_000
const leaveMs = 2_000

/** An answer that any client takes for an error, in the words of whoever speaks first. */
function refuse(client: Socket): void {
  const leave = setTimeout(() => client.destroy(), silentMs + leaveMs)
  client.on('close', () => clearTimeout(leave))
  const say = (words: string): void => {
    clearTimeout(silent)
    client.off('data', asked)
    client.resume()
    client.end(words)
  }
  const asked = (): void => say(unavailable)
  const silent = setTimeout(() => say('421 4.3.2 a drill keeps this from being answered\r\n'), silentMs)
  client.on('data', asked)
  client.on('close', () => clearTimeout(silent))
}

const body = 'a drill keeps this from being answered\n'

const unavailable = [
  'HTTP/1.1 503 Service Unavailable',
  'content-type: text/plain',
  `content-length: ${body.length}`,
  'connection: close',
  '',
  body,
].join('\r\n')
