import { oneLine, plain } from '../../../state/text.ts'
import { errorLines } from '../error-lines.ts'
import type { Engine } from './engine.ts'

const lookedAt = 400

/** The last lines of a container's log that read like errors. A log that cannot be read gives none. */
export async function errorsOf(engine: Engine, id: string, lines: number): Promise<readonly string[]> {
  return errorLines(await tailOf(engine, id, lookedAt), lines)
}

/** The last words a container wrote, on one line; empty: none, or they cannot be read. */
export async function lastWords(engine: Engine, id: string): Promise<string> {
  const lines = plain(await tailOf(engine, id, 4))
    .trim()
    .split('\n')
  return oneLine(lines.join(' | '), 400)
}

async function tailOf(engine: Engine, id: string, tail: number): Promise<string> {
  const answer = await engine.call('read its log', (docker, abortSignal) =>
    docker.getContainer(id).logs({ stdout: true, stderr: true, follow: false, tail, abortSignal }),
  )
  return answer.ok ? demultiplexed(answer.value) : ''
}

/** Frames of an 8-byte head (stream, 0, 0, 0, length) and a body, unless the container has a terminal. */
export function demultiplexed(bytes: Buffer): string {
  if (bytes.length < 8 || bytes[0] === undefined || bytes[0] > 2 || bytes.readUIntBE(1, 3) !== 0)
    return bytes.toString('utf8')
  const bodies: Buffer[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4)
    bodies.push(bytes.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return Buffer.concat(bodies).toString('utf8')
}

/** What a container wrote, the last lines of it where it is long. */
export function outputOf(engine: Engine, id: string): Promise<string> {
  return tailOf(engine, id, 2000)
}
