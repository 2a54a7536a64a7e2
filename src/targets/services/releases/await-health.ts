import { setTimeout as sleep } from 'node:timers/promises'
import type { TryCommand } from '../../../state/command.ts'
import type { Fault } from '../../../state/fault.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { placeOf, type Place, type ReleasesConfig } from './layout.ts'
import { lastWords, logSize } from './log.ts'
import { healthOf } from './look.ts'
import { isSame, runningAt, type Running } from './processes.ts'

type Command = Extract<TryCommand, { kind: 'service.health' }>

/** How long a service that nobody declared a probe for has to run, its process unchanged, to count as started. */
const unprovenMs = 10_000

/** Healthy so many times in a row, over the stable time, and the same process all along. One that changes crash-loops. */
export async function awaitHealth(
  config: ReleasesConfig,
  command: Command,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = placeOf(config, command)
  const { healthDeadlineMs, probeIntervalMs, consecutive, stableMs } = config.timing
  const proven = place.service.health !== null
  const needMs = proven ? stableMs : Math.max(stableMs, unprovenMs)
  const needRow = proven ? consecutive : 1
  const deadlineMs = Math.max(healthDeadlineMs, needMs + 2 * probeIntervalMs)
  const logFrom = await logSize(place)
  const first = await runningAt(place)
  if (first === null) return ended(place, null, logFrom)
  if (first.release !== null && first.release !== command.release) return otherRelease(place, command, first)
  const began = performance.now()
  let row = { length: 0, since: began }
  for (;;) {
    const health = await healthOf(config, command)
    const running = await runningAt(place)
    if (!isSame(first, running)) return await ended(place, running, logFrom)
    const good = health.state === 'healthy' || health.state === 'unproven'
    if (!good) row = { length: 0, since: performance.now() }
    else row = { length: row.length + 1, since: row.length === 0 ? performance.now() : row.since }
    evidence(`${health.state}, ${row.length} in a row: ${health.note}`)
    const now = performance.now()
    if (good && row.length >= needRow && now - row.since >= needMs) return reached(first, row.length, needMs, health)
    if (signal.aborted) return { ok: false, fault: noLongerAwaited(place, health.note), observed: { pid: first.pid } }
    if (now - began >= deadlineMs)
      return { ok: false, fault: unhealthy(place, health.note, deadlineMs), observed: { pid: first.pid } }
    await sleep(probeIntervalMs, undefined, { signal }).catch(() => {})
  }
}

function reached(
  { pid }: Running,
  times: number,
  needMs: number,
  { state, note }: { readonly state: string; readonly note: string },
): Outcome {
  const says =
    state === 'unproven'
      ? `unproven: ran ${needMs / 1000} s as process ${pid}; no health probe is declared`
      : `healthy, ${times} times in a row, as process ${pid}: ${note}`
  return { ok: true, observed: { pid, state }, says }
}

async function ended(place: Place, now: Running | null, logFrom: number): Promise<Outcome> {
  const words = await lastWords(place, logFrom)
  const what =
    now === null
      ? `${place.name} does not run: its process ended`
      : `${place.name} is in a crash loop: its process ended, and process ${now.pid} took its place`
  const fault: Fault = {
    code: 'service.crash-loop',
    what,
    means: 'It does not stay up.',
    next: `Read ${place.log}. Then retry, skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
  return { ok: false, fault, observed: { pid: now?.pid ?? null } }
}

function otherRelease(place: Place, command: Command, { pid, release }: Running): Outcome {
  const fault = {
    code: 'service.other-release',
    what: `${place.name} runs ${release} as process ${pid}, not ${command.release}`,
    means: 'Its health would say nothing about the release that was to be started.',
    next: 'Find out who started it; retry its start, or undo.',
  }
  return { ok: false, fault, observed: { pid, release } }
}

function unhealthy(place: Place, note: string, deadlineMs: number): Fault {
  return {
    code: 'service.unhealthy',
    what: `${place.name} was not healthy within ${Math.round(deadlineMs / 1000)} s: ${note}`,
    means: 'It runs, and does not do what its health probe asks for.',
    next: `Read ${place.log}. Then retry, skip with a reason, or undo.`,
  }
}

function noLongerAwaited(place: Place, note: string): Fault {
  return {
    code: 'service.no-longer-awaited',
    what: `The health of ${place.name} is no longer waited for; it said last: ${note}`,
    means: 'It runs on. Whether it becomes healthy is not known.',
    next: 'Retry to wait again, skip with a reason, or undo.',
  }
}
