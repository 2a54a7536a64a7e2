import { request, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { json as jsonOf } from 'node:stream/consumers'

/** The Engine a keeper is on, through its socket. */
export type Daemon = {
  /** Of the API, as it is spoken with this Engine. */
  readonly version: string
  /** Every answer is a value: what the Engine refuses is for whoever asked. One that does not come is thrown. */
  readonly ask: (method: string, path: string, body?: object) => Promise<Said>
  /** Does it answer anybody? One that ends, or begins, does not. */
  readonly answers: () => Promise<boolean>
  /** For what is too large to be read at once. */
  readonly stream: (method: string, path: string, body?: Readable) => Promise<IncomingMessage>
}

export type Said = { readonly status: number; readonly body: unknown }

/** Longer than the longest grace, by far. */
const silentMs = 30 * 60_000
const pingMs = 2000

const beginsMs = 20_000

export async function openDaemon(socketPath: string): Promise<Daemon> {
  const version = await versionAt(socketPath, beginsMs)
  const send = (method: string, path: string, body: Readable | string | null, type: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = body === null ? {} : { 'content-type': type }
      const asked = request({ socketPath, method, path: `/v${version}${path}`, headers, agent: false }, resolve)
      asked.setTimeout(silentMs, () => asked.destroy(new Error(`the Engine did not answer ${method} ${path}`)))
      asked.on('error', reject)
      if (body === null || typeof body === 'string') asked.end(body ?? '')
      else body.on('error', error => asked.destroy(error)).pipe(asked)
    })
  return {
    version,
    ask: async (method, path, body) => {
      const answer = await send(method, path, body === undefined ? null : JSON.stringify(body), 'application/json')
      const { statusCode: status = 0, headers } = answer
      if (headers['content-type']?.startsWith('application/json') !== true || status === 204) {
        answer.resume()
        return { status, body: null }
      }
      return { status, body: await jsonOf(answer) }
    },
    answers: () =>
      versionAt(socketPath, pingMs).then(
        () => true,
        () => false,
      ),
    stream: (method, path, body) => send(method, path, body ?? null, 'application/x-tar'),
  }
}

/** The Engine's own version, which it speaks for certain. */
function versionAt(socketPath: string, patienceMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/_ping', agent: false }, answer => {
      answer.resume()
      resolve(String(answer.headers['api-version'] ?? '1.40'))
    })
    asked.setTimeout(patienceMs, () => asked.destroy(new Error('the Engine did not answer')))
    asked.on('error', reject)
    asked.end()
  })
}

/** Thrown by a fault that cannot be put there, or not be taken back yet. */
export class Refused extends Error {}

/** What has to have been done. */
export function done({ status, body }: Said, what: string, also: readonly number[] = []): void {
  if ((status >= 200 && status < 300) || also.includes(status)) return
  const message = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : ''
  throw new Refused(`the Engine refused to ${what} (${status}): ${message}`)
}
