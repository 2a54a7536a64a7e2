import type Docker from 'dockerode'
import type { Answer, Engine } from './engine.ts'
import { demultiplexed } from './logs.ts'

const linesRead = 5000
const bytesRead = 1024 * 1024

/** Of a container, or of a Swarm's service: the path of its log in the API. */
export type LogPath = `/containers/${string}/logs` | `/services/${string}/logs`

/** `atMs` 0: from its beginning. */
export type Since = { readonly atMs: number } | { readonly agoMs: number }

/**
 * What was written since a moment, at most the last so many lines, and of those so many bytes. A moment without a date is
 * counted back on the Engine's own clock, which may not be this machine's.
 */
export async function logSince(
  engine: Engine,
  path: LogPath,
  since: Since,
  timeoutMs: number,
): Promise<Answer<{ readonly text: string; readonly cut: boolean }>> {
  return engine.call(
    'read its log',
    async (docker, abortSignal) => {
      const from = 'atMs' in since ? since.atMs : (await clockOf(docker)) - since.agoMs
      const options = { stdout: true, stderr: true, tail: linesRead, since: (from / 1000).toFixed(3) }
      const stream = await open(docker, path, options, abortSignal)
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of stream) {
        chunks.push(chunk)
        size += chunk.length
        if (size > bytesRead) break
      }
      const text = demultiplexed(Buffer.concat(chunks))
      return { text, cut: size > bytesRead || text.split('\n').length > linesRead }
    },
    timeoutMs,
  )
}

async function clockOf(docker: Docker): Promise<number> {
  const { SystemTime } = (await docker.info()) as { readonly SystemTime: string }
  return Date.parse(SystemTime)
}

/** As a stream, so that no more of it is held than is read; the client of its own takes all of it at once. */
function open(
  docker: Docker,
  path: LogPath,
  options: object,
  abortSignal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<AsyncIterable<Buffer>>()
  const statusCodes = { 200: true, 404: 'no such container', 500: 'server error' }
  docker.modem.dial(
    { path: `${path}?`, method: 'GET', isStream: true, statusCodes, options, abortSignal } as never,
    (error: unknown, stream: unknown) =>
      error === null ? resolve(stream as AsyncIterable<Buffer>) : reject(error as Error),
  )
  return promise
}
