import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../state/fault.ts'
import type { Json } from '../../state/json.ts'
import type { Timing } from '../../state/manifest.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Health } from './port.ts'

/** What runs, named so that another start of the same service has another name. */
export type Life = {
  /** One start: the same text, the same life. */
  readonly id: string
  /** `process 4711` */
  readonly called: string
  readonly release: string | null
  readonly observed: Json
}

export type Watched = {
  readonly name: string
  /** Where its log is read. */
  readonly log: string
  readonly release: string
  /** False: nobody declared how its health is told. */
  readonly proven: boolean
  readonly timing: Timing
  readonly health: () => Promise<Health>
  /** Null: it does not run. `unseen`: its host gave no answer, so nobody knows. */
  readonly life: () => Promise<Life | null | 'unseen'>
  /** What it wrote since the watch began, on one line. */
  readonly lastWords: () => Promise<string>
}

/** How long a service that nobody declared a probe for has to run, its process unchanged, to count as started. */
const unprovenMs = 10_000

const unseen: Health = {
  state: 'unknown',
  latencyMs: null,
  note: 'its host gives no answer; what runs there is not known',
}

/** One that is to be watched for longer than others are. */
export function watchedFor(timing: Timing, { stableMs }: { readonly stableMs?: number }): Timing {
  return stableMs === undefined ? timing : { ...timing, stableMs }
}

/**
 * Healthy so many times in a row, over the stable time, and the same life all along. One that changes crash-loops; one
 * whose host gives no answer is waited for.
 */
export async function awaitHealth(watched: Watched, evidence: Evidence, signal: AbortSignal): Promise<Outcome> {
  const { healthDeadlineMs, probeIntervalMs, consecutive, stableMs } = watched.timing
  const needMs = watched.proven ? stableMs : Math.max(stableMs, unprovenMs)
  const needRow = watched.proven ? consecutive : 1
  const deadlineMs = Math.max(healthDeadlineMs, needMs + 2 * probeIntervalMs)
  const began = performance.now()
  let first = await watched.life()
  let row = { length: 0, since: began }
  for (;;) {
    if (first === null) return await ended(watched, null)
    const known: Life | null = first === 'unseen' ? null : first
    if (known !== null && known.release !== null && known.release !== watched.release)
      return otherRelease(watched, known)
    const probed = await watched.health()
    const life = await watched.life()
    if (known !== null && life !== 'unseen' && life?.id !== known.id) return await ended(watched, life)
    const health = known === null || life === 'unseen' ? unseen : probed
    const good = health.state === 'healthy' || health.state === 'unproven'
    if (!good) row = { length: 0, since: performance.now() }
    else row = { length: row.length + 1, since: row.length === 0 ? performance.now() : row.since }
    evidence(`${health.state}, ${row.length} in a row: ${health.note}`)
    const now = performance.now()
    if (known !== null && good && row.length >= needRow && now - row.since >= needMs)
      return reached(known, row.length, needMs, health)
    const observed = known?.observed ?? null
    if (signal.aborted) return { ok: false, fault: noLongerAwaited(watched, health.note), observed }
    if (now - began >= deadlineMs) return { ok: false, fault: unhealthy(watched, health.note, deadlineMs), observed }
    if (known === null) first = life
    await sleep(probeIntervalMs, undefined, { signal }).catch(() => {})
  }
}

function reached({ called, observed }: Life, times: number, needMs: number, { state, note }: Health): Outcome {
  const says =
    state === 'unproven'
      ? `unproven: ran ${needMs / 1000} s as ${called}; no health probe is declared`
      : `healthy, ${times} times in a row, as ${called}: ${note}`
  return { ok: true, observed: { ...asObject(observed), state }, says }
}

function asObject(value: Json): { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {}
}

async function ended(watched: Watched, now: Life | null): Promise<Outcome> {
  const words = await watched.lastWords()
  const what =
    now === null
      ? `${watched.name} does not run: it ended`
      : `${watched.name} is in a crash loop: it ended, and ${now.called} took its place`
  const fault: Fault = {
    code: 'service.crash-loop',
    what,
    means: 'It does not stay up.',
    next: `Read ${watched.log}. Then retry, skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
  return { ok: false, fault, observed: now?.observed ?? null }
}

function otherRelease({ name, release: wanted }: Watched, { called, release, observed }: Life): Outcome {
  const fault = {
    code: 'service.other-release',
    what: `${name} runs ${release} as ${called}, not ${wanted}`,
    means: 'Its health would say nothing about the release that was to be started.',
    next: 'Find out who started it; retry its start, or undo.',
  }
  return { ok: false, fault, observed }
}

function unhealthy({ name, log }: Watched, note: string, deadlineMs: number): Fault {
  return {
    code: 'service.unhealthy',
    what: `${name} was not healthy within ${Math.round(deadlineMs / 1000)} s: ${note}`,
    means: 'It was started, and does not do what its health probe asks for.',
    next: `Read ${log}. Then retry, skip with a reason, or undo.`,
  }
}

function noLongerAwaited({ name }: Watched, note: string): Fault {
  return {
    code: 'service.no-longer-awaited',
    what: `The health of ${name} is no longer waited for; it said last: ${note}`,
    means: 'It runs on. Whether it becomes healthy is not known.',
    next: 'Retry to wait again, skip with a reason, or undo.',
  }
}
