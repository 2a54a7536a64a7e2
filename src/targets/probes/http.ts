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
  if (trusted === null) return { ok: false, fault: invalid(request.url, `${request.trust?.ca} cannot be read`) }
  const began = performance.now()
  const sent = send(request, trusted)
  if ('fault' in sent) return { ok: false, fault: sent.fault }
  let late = false
  // Without a listener of its own, an error after the answer began would end the process.
  sent.on('error', () => {})
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

function send(
  { url, method = 'GET', headers = {}, body }: HttpRequest,
  trusted: RequestOptions,
): ClientRequest | { readonly fault: Fault } {
  const address = URL.canParse(url) ? new URL(url) : null
  if (address === null || !/^https?:$/.test(address.protocol))
    return { fault: invalid(url, 'it is not an http address') }
  try {
    const open = address.protocol === 'https:' ? requestSecure : requestPlain
    const sent = open(address, { method, headers: { ...headers }, agent: false, ...trusted })
    sent.end(body)
    return sent
  } catch (error) {
    return { fault: invalid(url, networkWords(error)) }
  }
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

function tooLate({ url, timeoutMs }: HttpRequest): Fault {
  return unanswered('http.timeout', `${safeUrl(url)} does not answer: no answer in time (${timeoutMs} ms)`)
}

function unreachable({ url }: HttpRequest, error: unknown): Fault {
  return unanswered('http.unreachable', `${safeUrl(url)} does not answer: ${networkWords(error)}`)
}

function unanswered(code: string, what: string): Fault {
  return {
    code,
    what,
    means: 'What it would have said is not known.',
    next: 'Look whether it runs and can be reached from here.',
  }
}

function invalid(url: string, why: string): Fault {
  return {
    code: 'http.invalid',
    what: `${safeUrl(url)} cannot be asked: ${why}`,
    means: 'Nothing was sent.',
    next: 'Correct the address, method or headers in astern.yaml.',
  }
}

/** Without what may be secret in it. */
function safeUrl(url: string): string {
  if (!URL.canParse(url)) return 'the address'
  const { protocol, host, pathname } = new URL(url)
  return oneLine(`${protocol}//${host}${pathname}`)
}
