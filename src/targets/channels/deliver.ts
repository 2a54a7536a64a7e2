import type { Fault } from '../../state/fault.ts'
import type { Json } from '../../state/json.ts'
import type { MessageCommand } from '../../state/message.ts'
import { oneLine } from '../../state/text.ts'
import type { Outcome } from '../outcome.ts'
import { httpRequest, type HttpAnswer } from '../probes/http.ts'

export type Request = {
  /** The service, in words: its address may be a secret. */
  readonly called: string
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs?: number | undefined
  /** Whoever reads the address on the way can post: it travels encrypted, or not at all. */
  readonly isAddressSecret?: true
  /** May it be sent again when nobody knows whether it arrived? */
  readonly repeat: 'by state' | 'by key' | 'never'
  /** Why a 2xx is none; null: it is one. */
  readonly doubt?: (answer: HttpAnswer) => string | null
}

const answerMs = 15_000
/** A channel that asks for a longer wait is given up: the run does not wait for it. */
const longestWaitMs = 30_000

/**
 * One request, its answer judged: 2xx is taken; 429 and 5xx are asked again, after the time it names; a redirect is not followed,
 * and any other answer is final. Bytes that left and got no answer are asked again only where that cannot count twice.
 */
export async function deliver(command: MessageCommand, request: Request): Promise<Outcome> {
  if (request.isAddressSecret === true && isInClear(request.url))
    return refused(command, `the address of ${request.called} is not https`, { refused: true })
  let connected = false
  const { called, url, method = 'POST', body, timeoutMs = answerMs } = request
  const answer = await httpRequest({
    called,
    url,
    method,
    body,
    timeoutMs,
    headers: { 'content-type': 'application/json', 'user-agent': 'astern', ...request.headers },
    maxBytes: 64 * 1024,
    onConnected: () => {
      connected = true
    },
  })
  if (answer.ok) return judged(command, request, answer.value)
  const { code, what } = answer.fault
  if (code === 'http.invalid') return refused(command, what, { refused: true })
  return connected ? doubtful(command, request, what) : refused(command, what, null)
}

function isInClear(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

/** Nobody knows whether it arrived. */
function doubtful(command: MessageCommand, { repeat }: Request, why: string): Outcome {
  const outcome = refused(command, why, { delivery: command.delivery })
  return repeat === 'never' ? { ...outcome, unknown: true } : outcome
}

function judged(command: MessageCommand, request: Request, answer: HttpAnswer): Outcome {
  const { status, latencyMs } = answer
  const seen = { status, latencyMs, delivery: command.delivery }
  if (status >= 200 && status < 300) {
    const doubt = request.doubt?.(answer) ?? null
    if (doubt !== null) return refused(command, `${request.called}: ${doubt}`, { ...seen, refused: true })
    return { ok: true, observed: seen, says: `taken with ${status} as ${command.delivery}` }
  }
  const why = `${request.called} answers ${status}`
  if (status === 429 || status === 420) return throttled(command, why, answer, seen)
  // A gateway speaks for a server whose answer it did not get.
  if (status === 502 || status === 504) return doubtful(command, request, why)
  if (status >= 500) return throttled(command, why, answer, seen)
  const redirects = status >= 300 && status < 400 ? ', and a redirect is not followed' : ''
  return refused(command, `${why}${redirects}${reasonIn(answer.text)}`, { ...seen, refused: true })
}

/** Services say in a word or in JSON what they object to; a page says nothing to an operator. */
function reasonIn(text: string): string {
  const said = oneLine(text, 160)
  return said === '' || said.startsWith('<') ? '' : ` (${said})`
}

function throttled(command: MessageCommand, why: string, { headers }: HttpAnswer, seen: Seen): Outcome {
  const wait = waitOf(headers['retry-after'])
  if (wait === null) return refused(command, why, seen)
  const says = `${why} and asks to wait ${Math.round(wait / 1000)} s`
  return wait > longestWaitMs
    ? refused(command, `${says}, which is too long`, { ...seen, refused: true })
    : refused(command, says, { ...seen, retryAfterMs: wait })
}

type Seen = { readonly [name: string]: Json }

/** Of Retry-After: seconds. A date is not taken: this clock and its may differ. */
function waitOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : null
}

/** `observed` with `refused`: asked again, it would say the same. */
export function refused(command: MessageCommand, why: string, observed: Json): Extract<Outcome, { ok: false }> {
  return { ok: false, fault: notTaken(command, why), observed }
}

function notTaken(command: MessageCommand, why: string): Fault {
  return {
    code: 'channel.not-taken',
    what: `Channel ${command.channel} did not take "${command.subject}": ${why}`,
    means: 'Whoever reads there has not been told. The rollback goes on.',
    next: `Tell them by hand, or send it again under the same id (${command.delivery}).`,
  }
}
