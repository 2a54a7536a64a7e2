import { once } from 'node:events'
import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestSecure, type RequestOptions } from 'node:https'
import type { Fault, Result } from '../../state/fault.ts'
import { oneLine } from '../../state/text.ts'
import { certificateOf, type Certificate } from './certificate.ts'
import { trustOf, type Trusted } from './trust.ts'
import { networkWords } from './words.ts'

export type HttpRequest = {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
  readonly maxBytes?: number
  /** Whose certificates count; those of the system's authorities where it is not given. */
  readonly trust?: Trusted
  /** What it is called where its address is a secret. */
  readonly called?: string
  /** Told once there is a connection: from then on what was asked may have arrived. */
  readonly onConnected?: () => void
}

export type HttpAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly setCookies: readonly string[]
  /** Null: it was not asked by TLS. */
  readonly certificate: Certificate | null
  /** At most `maxBytes` of the body (default 256 KiB); the rest is not read. */
  readonly text: string
  /** There was more of it. */
  readonly cut: boolean
  readonly latencyMs: number
}

const bytesKept = 256 * 1024

/**
 * One request on a connection of its own, redirects not followed, over by its deadline whatever the server does.
 * Faults: `http.timeout`, `http.unreachable`, and `http.invalid` for a request that cannot be sent at all.
 */
export async function httpRequest(request: HttpRequest): Promise<Result<HttpAnswer>> {
  const trusted = await trustOf(request.trust ?? {}).catch(() => null)
  if (trusted === null) return { ok: false, fault: invalid(request, `${request.trust?.ca} cannot be read`) }
  const began = performance.now()
  const sent = send(request, trusted)
  if ('fault' in sent) return { ok: false, fault: sent.fault }
  let late = false
  // Without a listener of its own, an error after the answer began would end the process.
  sent.on('error', () => {})
  tellConnected(sent, request)
  const timer = setTimeout(() => {
    late = true
    sent.destroy()
  }, request.timeoutMs)
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const certificate = certificateOf(response.socket)
    const body = await readSome(response, request.maxBytes ?? bytesKept)
    const latencyMs = Math.round(performance.now() - began)
    const { statusCode: status = 0, headers } = response
    const setCookies = headers['set-cookie'] ?? []
    return { ok: true, value: { status, headers: flat(response), setCookies, certificate, ...body, latencyMs } }
  } catch (error) {
    return { ok: false, fault: late ? tooLate(request) : unreachable(request, error) }
  } finally {
    clearTimeout(timer)
    sent.destroy()
  }
}

function send(request: HttpRequest, trusted: RequestOptions): ClientRequest | { readonly fault: Fault } {
  const { url, method = 'GET', headers = {}, body } = request
  const address = URL.canParse(url) ? new URL(url) : null
  if (address === null || !/^https?:$/.test(address.protocol))
    return { fault: invalid(request, 'it is not an http address') }
  try {
    const open = address.protocol === 'https:' ? requestSecure : requestPlain
    const sent = open(address, { method, headers: { ...headers }, agent: false, ...trusted })
    sent.end(body)
    return sent
  } catch (error) {
    return { fault: invalid(request, networkWords(error)) }
  }
}

function tellConnected(sent: ClientRequest, { url, onConnected }: HttpRequest): void {
  if (onConnected === undefined) return
  const event = url.startsWith('https:') ? 'secureConnect' : 'connect'
  sent.on('socket', socket => socket.once(event, onConnected))
}

async function readSome(
  response: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly text: string; readonly cut: boolean }> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) break
  }
  return { text: new TextDecoder().decode(Buffer.concat(chunks).subarray(0, maxBytes)), cut: bytes > maxBytes }
}

function flat({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function tooLate(request: HttpRequest): Fault {
  const { timeoutMs } = request
  return unanswered('http.timeout', `${nameOf(request)} does not answer: no answer in time (${timeoutMs} ms)`)
}

function unreachable(request: HttpRequest, error: unknown): Fault {
  return unanswered('http.unreachable', `${nameOf(request)} does not answer: ${networkWords(error)}`)
}

function unanswered(code: string, what: string): Fault {
  return {
    code,
    what,
    means: 'What it would have said is not known.',
    next: 'Look whether it runs and can be reached from here.',
  }
}

function invalid(request: HttpRequest, why: string): Fault {
  return {
    code: 'http.invalid',
    what: `${nameOf(request)} cannot be asked: ${why}`,
    means: 'Nothing was sent.',
    next: 'Correct the address, method or headers in astern.yaml.',
  }
}

function nameOf({ url, called }: HttpRequest): string {
  return called ?? safeUrl(url)
}

/** Without what may be secret in it. */
function safeUrl(url: string): string {
  if (!URL.canParse(url)) return 'the address'
  const { protocol, host, pathname } = new URL(url)
  return oneLine(`${protocol}//${host}${pathname}`)
}
