import { readFileSync, writeFileSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { join } from 'node:path'
import type { FromEngine, ToEngine } from '../../src/state/wire.ts'

/** A console with nothing behind it but its socket: it can stop reading, as a stalled link does. */
export type BareClient = {
  readonly socket: Socket
  readonly frames: () => readonly FromEngine[]
  readonly bytes: () => number
  readonly stall: () => void
  readonly readOn: () => void
  readonly say: (frame: ToEngine) => void
}

/** Resolves once the engine let it in. */
export async function openBareClient(
  directory: string,
  console: string,
  wants: 'helm' | 'watch' = 'watch',
): Promise<BareClient> {
  const socket = createConnection(readFileSync(join(directory, 'socket'), 'utf8'))
  const frames: FromEngine[] = []
  const welcome = Promise.withResolvers<void>()
  let bytes = 0
  let rest = ''
  const say = (frame: ToEngine): void => void socket.write(`${JSON.stringify(frame)}\n`)
  socket.on('error', error => welcome.reject(error))
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    bytes += chunk.length
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const frame = JSON.parse(part) as FromEngine
      frames.push(frame)
      if (frame.kind === 'welcome') welcome.resolve()
      if (frame.kind !== 'challenge') continue
      writeFileSync(frame.file, '', { flag: 'wx', mode: 0o600 })
      say({ kind: 'proof' })
    }
  })
  say({ kind: 'hello', console, from: 'test', wants })
  await welcome.promise
  return {
    socket,
    frames: () => frames,
    bytes: () => bytes,
    stall: () => void socket.pause(),
    readOn: () => void socket.resume(),
    say,
  }
}
