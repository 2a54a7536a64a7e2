import type { TryCommand } from '../../../state/command.ts'
import type { Fault } from '../../../state/fault.ts'
import { readJsonPath } from '../../../state/json-path.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { httpRequest } from '../../probes/http.ts'
import type { ServiceTry } from '../port.ts'
import { placeOf, type Place, type ReleasesConfig } from './layout.ts'
import { healthOf, releasesLook } from './look.ts'
import { errorsOf, observePlace } from './observe.ts'

type Health = Extract<TryCommand, { kind: 'service.health' }>
type Prove = Extract<TryCommand, { kind: 'service.prove' }>

export function releasesTry(config: ReleasesConfig): ServiceTry {
  return {
    ...releasesLook(config),
    attempt: (command, evidence, signal) =>
      command.kind === 'service.health'
        ? awaitHealth(config, command, evidence, signal)
        : prove(config, command, evidence),
  }
}

/** How long a service that nobody declared a probe for has to run, its process unchanged, to count as started. */
const unprovenMs = 10_000

/** Healthy so many times in a row, and the same process all along. A process that changes or ends is a crash loop. */
async function awaitHealth(
  config: ReleasesConfig,
  command: Health,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = placeOf(config, command)
  const { healthDeadlineMs, probeIntervalMs, consecutive, stableMs } = config.timing
  const began = performance.now()
  const first = await observePlace(place)
  const needMs = place.service.health === null ? Math.max(stableMs, unprovenMs) : stableMs
  let row = 0
  let rowSince = began
  let note = ''
  while (performance.now() - began < healthDeadlineMs && !signal.aborted) {
    const [health, seen] = await Promise.all([healthOf(config, command), observePlace(place)])
    const identity = `${seen.pid} ${seen.since}`
    if (seen.state !== 'running' || identity !== `${first.pid} ${first.since}`)
      return crashed(place, await lastWords(place))
    const good = health.state === 'healthy' || health.state === 'unproven'
    row = good ? row + 1 : 0
    if (row <= 1) rowSince = performance.now()
    note = health.note
    evidence(`${health.state}, ${row} of ${consecutive} in a row: ${health.note}`)
    const needed = health.state === 'unproven' ? 1 : consecutive
    if (row >= needed && performance.now() - rowSince >= needMs) {
      const says =
        health.state === 'unproven'
          ? `unproven: ran ${needMs / 1000} s as process ${seen.pid}`
          : `healthy, ${row} times in a row: ${health.note}`
      return { ok: true, observed: { pid: seen.pid, state: health.state }, says }
    }
    await pause(probeIntervalMs, signal)
  }
  return { ok: false, fault: unhealthy(place, note, healthDeadlineMs), observed: { pid: first.pid, note } }
}

/** What runs is what was planned: by the kernel, by its files, and by its own word where it has one. */
async function prove(config: ReleasesConfig, command: Prove, evidence: Evidence): Promise<Outcome> {
  const place = placeOf(config, command)
  const seen = await observePlace(place)
  const observed = { state: seen.state, release: seen.release, digest: seen.digest, pid: seen.pid }
  evidence(`${seen.state} ${seen.release ?? ''} ${seen.digest ?? ''} process ${seen.pid ?? ''}`)
  const wrong = (what: string): Outcome => ({ ok: false, fault: notProven(place, command.release, what), observed })
  if (seen.state !== 'running') return wrong(`it is ${seen.state}`)
  if (seen.release !== command.release) return wrong(`it runs ${seen.release ?? 'an unknown release'}`)
  if (seen.digest !== command.digest)
    return wrong(`its files are not those that were recorded (${short(seen.digest)}, not ${short(command.digest)})`)
  const { identity } = place.service
  if (identity === null) return { ok: true, observed, says: `${place.name} ${seen.release} ${short(seen.digest)}` }
  const answer = await httpRequest({
    url: identity.url.replaceAll('{host}', place.address),
    timeoutMs: config.timing.probeTimeoutMs,
  })
  if (!answer.ok) return wrong(`it does not say its version: ${answer.fault.what}`)
  const said = readJsonPath(parse(answer.value.text), identity.json)
  evidence(`says of itself: ${JSON.stringify(said ?? null)}`)
  if (said !== command.release) return wrong(`it says of itself that it is ${JSON.stringify(said ?? null)}`)
  return { ok: true, observed, says: `${place.name} ${seen.release} ${short(seen.digest)}, and says so itself` }
}

function short(digest: string | null): string {
  return digest?.slice(0, 19) ?? 'none'
}

function parse(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function lastWords(place: Place): Promise<string> {
  const errors = await errorsOf(place, 2)
  return errors.join(' | ')
}

function crashed(place: Place, words: string): Outcome {
  const fault: Fault = {
    code: 'service.crashed',
    what: `${place.name} ended while its health was awaited`,
    means: 'It does not stay up.',
    next: `Read ${place.log}. Then retry, skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
  return { ok: false, fault, observed: null }
}

function unhealthy(place: Place, note: string, deadlineMs: number): Fault {
  return {
    code: 'service.unhealthy',
    what: `${place.name} was not healthy within ${Math.round(deadlineMs / 1000)} s: ${note}`,
    means: 'It runs, and does not do what its health probe asks for.',
    next: `Read ${place.log}. Then retry, skip with a reason, or undo.`,
  }
}

function notProven(place: Place, release: string, what: string): Fault {
  return {
    code: 'service.not-proven',
    what: `${place.name} is not proven to be ${release}: ${what}`,
    means: 'Until it is, the rollback does not count as done.',
    next: 'Find out who started it, or retry once it is right.',
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  return promise
}
