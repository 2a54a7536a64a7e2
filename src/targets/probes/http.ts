import type { Fault, Result } from '../../state/fault.ts'
import { oneLine } from '../../state/text.ts'

export type HttpRequest = {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
  readonly maxBytes?: number
}

export type HttpAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly latencyMs: number
}

const bytesKept = 256 * 1024

/** One request, redirects not followed, over by its deadline whatever the server does. */
export async function httpRequest(request: HttpRequest): Promise<Result<HttpAnswer>> {
  const began = performance.now()
  try {
    const { url, method = 'GET', headers = {}, body, timeoutMs } = request
    const signal = AbortSignal.timeout(timeoutMs)
    const options = { method, headers: { connection: 'close', ...headers }, redirect: 'manual' as const, signal }
    const response = await fetch(url, body === undefined ? options : { ...options, body })
    const text = await readSome(response, request.maxBytes ?? bytesKept)
    const latencyMs = Math.round(performance.now() - began)
    return {
      ok: true,
      value: { status: response.status, headers: Object.fromEntries(response.headers), text, latencyMs },
    }
  } catch (error) {
    return { ok: false, fault: unanswered(request, error) }
  }
}

async function readSome(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    text += decoder.decode(chunk, { stream: true })
    if (bytes >= maxBytes) break
  }
  return text
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'the name is not known',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  TimeoutError: 'no answer in time',
}

function unanswered({ url, timeoutMs }: HttpRequest, error: unknown): Fault {
  const code = codeOf(error)
  const why = words[code] ?? `it failed (${code})`
  const late = code === 'TimeoutError' ? ` (${timeoutMs} ms)` : ''
  return {
    code: `http.${code === 'TimeoutError' ? 'timeout' : 'unreachable'}`,
    what: `${oneLine(safeUrl(url))} does not answer: ${why}${late}`,
    means: 'What it would have said is not known.',
    next: 'Look whether it runs and can be reached from here.',
  }
}

/** Without what may be secret in it. */
function safeUrl(url: string): string {
  if (!URL.canParse(url)) return 'the address'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if (error.name === 'TimeoutError') return 'TimeoutError'
  const cause: unknown = error.cause
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return error.name
}
