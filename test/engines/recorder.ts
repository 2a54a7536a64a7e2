import { createServer, request } from 'node:http'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What stands before an Engine and notes what is asked of it. `status` 0: nothing was answered. Changes it refuses, or passes on and swallows the answer; what is `hidden` it refuses. */
export type Recorder = {
  readonly socket: string
  readonly asked: () => readonly { readonly method: string; readonly path: string; readonly status: number }[]
  readonly close: () => Promise<void>
}

/** `engine`: its socket, or where it listens. */
export async function openRecorder(
  engine: string | { readonly host: string; readonly port: number },
  changes: 'refused' | 'unanswered' = 'refused',
  hidden?: RegExp,
): Promise<Recorder> {
  const directory = mkdtempSync(join(tmpdir(), 'astern-recorder-'))
  const socket = join(directory, 'docker.sock')
  const asked: { method: string; path: string; status: number }[] = []
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming
    let isNoted = false
    const note = (status: number): void => {
      isNoted = true
      asked.push({ method, path, status })
    }
    outgoing.once('close', () => void (isNoted || note(0)))
    if (hidden?.test(path) === true) {
      note(403)
      outgoing.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"not for you"}')
      return
    }
    const isChange = method !== 'GET' && method !== 'HEAD'
    if (isChange && changes === 'refused') {
      note(405)
      outgoing.writeHead(405, { 'content-type': 'application/json' }).end('{"message":"only looking is allowed here"}')
      return
    }
    const onward = request(
      { ...(typeof engine === 'string' ? { socketPath: engine } : engine), method, path, headers },
      answer => {
        note(answer.statusCode ?? 0)
        if (isChange) return void outgoing.destroy()
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        // A stream's first word may be long in coming.
        outgoing.flushHeaders()
        answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  server.on('upgrade', ({ method = '', url: path = '' }, connection) => {
    asked.push({ method, path, status: 405 })
    connection.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n')
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    socket,
    asked: () => asked,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
