import type Docker from 'dockerode'
import type { Fault, Result } from '../../../state/fault.ts'
import type { Endpoint } from '../../../state/manifest.ts'
import { agreedVersion } from './agree.ts'
import { refusal, unreachable } from './faults.ts'
import { freeAt, type Free, type RunThere } from './reach/free.ts'
import { knock } from './reach/knock.ts'
import { dropIdle, reach, wayTo, type Reach } from './reach/reach.ts'

/** One host's Engine. Every call ends by its deadline, in a value or in a fault. */
export type Engine = {
  readonly host: string
  /** For what it was told, or asked with, that nobody may read. */
  readonly hide: (secret: string) => void
  readonly call: <T>(
    what: string,
    ask: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
    deadlineMs?: number,
  ) => Promise<Answer<T>>
  /** The same for what is looked at again and again; `subject` names the question, so that its answer may be kept. */
  readonly read: <T>(
    subject: Subject,
    what: string,
    ask: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
  ) => Promise<Answer<T>>
  /** Does anybody listen there? No request is made. Null: that cannot be told without one. */
  readonly knock: () => Promise<boolean | null>
  /** Room at a directory of its host, as far as it can be seen from here. */
  readonly freeAt: (directory: string) => Promise<Free>
  /** When it last answered anybody of this process, as `performance.now()` counts. */
  readonly answeredAt: () => number
  readonly close: () => Promise<void>
}

/** What a question is about. `which`: an id, or what tells two questions of one kind apart. */
export type Subject = { readonly of: 'containers' | 'container' | 'image' | 'volumes'; readonly which: string }

/** `status`: what the Engine answered; null: it did not. */
export type Answer<T> = Result<T> & { readonly status: number | null }

const callMs = 15_000

/** A call that goes on waits no longer than this for a connection that was begun before it. */
const openMs = 10_000

/**
 * Connects at the first call and again after a failed one; agrees on a version of the API once per connection. No call is
 * sent twice: one whose connection was lost may have been done.
 */
export function openEngine(host: string, endpoint: Endpoint, hide: Engine['hide'] = () => {}): Engine {
  const way = openWay(endpoint)
  let answeredAt = Number.NEGATIVE_INFINITY
  const call: Engine['call'] = async (what, ask, deadlineMs = callMs) => {
    const deadline = new AbortController()
    const { signal } = deadline
    const timer = setTimeout(() => deadline.abort(), deadlineMs)
    try {
      const docker = bound(await within(way.open(signal), signal), signal)
      const value = await within(ask(docker, signal), signal)
      answeredAt = performance.now()
      return { ok: true, status: 200, value }
    } catch (error) {
      const answer = answerOf(host, what, error, signal.aborted ? deadlineMs : null)
      if (answer.status === null || answer.status === 400) way.doubt()
      if (answer.status !== null) answeredAt = performance.now()
      return answer
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    host,
    hide,
    call,
    read: (_, what, ask) => call(what, ask),
    knock: () => wayTo(endpoint).then(knock, () => null),
    freeAt: directory =>
      wayTo(endpoint)
        .then(to => freeAt(to, way.run, directory))
        .catch(() => ({ why: 'its host cannot be reached' })),
    answeredAt: () => answeredAt,
    close: way.close,
  }
}

/** `doubt`: what was agreed and kept is asked for anew; the Engine may be another one now. */
function openWay(endpoint: Endpoint) {
  let reached: Promise<Reach> | null = null
  let agreed: Promise<() => Docker> | null = null
  const agree = async (): Promise<() => Docker> => {
    const { default: Dockerode } = await import('dockerode')
    reached ??= reach(endpoint)
    const { protocol, host, port, agent } = await reached
    const way = { protocol, host, port, agent }
    const signal = AbortSignal.timeout(openMs)
    const version = await within(agreedVersion(bound(new Dockerode(way), signal)), signal)
    return () => new Dockerode({ ...way, version })
  }
  const forget = (): void => {
    agreed = null
    const before = reached
    const renew = (): void => void (reached === before && (reached = null))
    // Certificates are read anew, since a person may have replaced them; a connection of ssh's stays, others are using it.
    void before?.then(way => (dropIdle(way), way.protocol === 'https' && renew()), renew)
  }
  return {
    open: async (signal: AbortSignal): Promise<Docker> => {
      for (;;) {
        const trying = (agreed ??= agree())
        try {
          return (await trying)()
        } catch (error) {
          if (agreed === trying) forget()
          const late = error instanceof DOMException && error.name === 'TimeoutError'
          if (!late || signal.aborted) throw error
        }
      }
    },
    doubt: forget,
    run: async (argv: Parameters<RunThere>[0]) => {
      const { run } = await (reached ??= reach(endpoint))
      return run === undefined ? null : run(argv)
    },
    close: async (): Promise<void> => {
      const way = await reached?.catch(() => null)
      way?.close()
      reached = null
      agreed = null
    },
  }
}

/** Every request of this client ends with the signal, so that none holds one of the few connections for good. */
function bound(docker: Docker, abortSignal: AbortSignal): Docker {
  const { modem } = docker
  const dial = modem.dial.bind(modem)
  modem.dial = (options, callback) => dial({ ...options, abortSignal: options.abortSignal ?? abortSignal }, callback)
  return docker
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
