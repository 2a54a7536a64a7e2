import type Docker from 'dockerode'
import type { Fault, Result } from '../../../state/fault.ts'
import type { Endpoint } from '../../../state/manifest.ts'
import { refusal, unreachable } from './faults.ts'
import { reach } from './reach/reach.ts'

/** One host's Engine. Every call ends by its deadline, in a value or in a fault. */
export type Engine = {
  readonly host: string
  readonly call: <T>(
    what: string,
    ask: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
    deadlineMs?: number,
  ) => Promise<Answer<T>>
  readonly close: () => Promise<void>
}

/** `status`: what the Engine answered; null: it did not. */
export type Answer<T> = Result<T> & { readonly status: number | null }

const callMs = 15_000
/** Newest API this was written against; an older Engine is spoken to in its own. */
const newest = 1.47

/** Connects at the first call and again after a failed one; agrees on a version of the API once. */
export function openEngine(host: string, endpoint: Endpoint): Engine {
  let opened: Promise<Opened> | null = null
  const open = (): Promise<Opened> => {
    opened ??= begin(endpoint).catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  return {
    host,
    call: async (what, ask, deadlineMs = callMs) => {
      const signal = AbortSignal.timeout(deadlineMs)
      try {
        const { docker } = await within(open(), signal)
        return { ok: true, status: 200, value: await within(ask(docker, signal), signal) }
      } catch (error) {
        return answerOf(host, what, error, signal.aborted ? deadlineMs : null)
      }
    },
    close: async () => {
      const way = await opened?.catch(() => null)
      way?.close()
    },
  }
}

type Opened = { readonly docker: Docker; readonly close: () => void }

async function begin(endpoint: Endpoint): Promise<Opened> {
  const { default: Dockerode } = await import('dockerode')
  const { close, ...way } = await reach(endpoint)
  try {
    const asking = new Dockerode(way)
    const { ApiVersion } = await asking.version()
    const version = `v${Math.min(newest, Number(ApiVersion)).toFixed(2)}`
    return { docker: new Dockerode({ ...way, version }), close }
  } catch (error) {
    close()
    throw error
  }
}

/** A call over a link that is down answers nobody; its deadline answers then. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', late, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', late))
}

function answerOf(host: string, what: string, error: unknown, lateMs: number | null): Answer<never> {
  const status = statusOf(error)
  const fault: Fault = status === null ? unreachable(host, what, error, lateMs) : refusal(host, what, status, error)
  return { ok: false, status, fault }
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null
}
