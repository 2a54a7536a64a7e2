import type { TryCommand } from '../../../state/command.ts'
import type { Connect } from '../../../state/manifest.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { awaitHealth, watchedFor, type Life } from '../await-health.ts'
import { connectAll } from '../connect.ts'
import { runInside } from '../docker/exec.ts'
import type { Health as Seen, ServiceTry } from '../port.ts'
import { proveIdentity } from '../prove.ts'
import { containersHere } from './files.ts'
import { standingOf } from './find.ts'
import { healthOf, isProven } from './health.ts'
import { namesOf } from './images.ts'
import { placeOf, type Place, type Swarms } from './layout.ts'
import { lastWordsOf } from './logs.ts'
import { swarmLook } from './look.ts'
import { observedOf, observePlace } from './observe.ts'
import { digestOf, failedOf, failureInWords, nodeName, runningOf } from './tasks.ts'

type Health = Extract<TryCommand, { kind: 'service.health' }>
type Prove = Extract<TryCommand, { kind: 'service.prove' }>

/** What is journaled and harms nothing. Nodes pull what they are to run, so that there is nothing to fetch before. */
export function swarmTry(swarms: Swarms): ServiceTry {
  return {
    ...swarmLook(swarms),
    attempt: async (command, evidence, signal) => {
      switch (command.kind) {
        case 'service.pull':
          return { ok: true, observed: null, says: `the nodes of ${command.host} pull ${command.release} themselves` }
        case 'service.health':
          return watchHealth(swarms, command, evidence, signal)
        case 'service.connect':
          return connectFrom(swarms, command, evidence, signal)
        case 'service.prove':
          return prove(swarms, command, evidence)
      }
    },
  }
}

async function watchHealth(swarms: Swarms, command: Health, evidence: Evidence, signal: AbortSignal): Promise<Outcome> {
  const place = placeOf(swarms, command)
  const watched = {
    name: place.name,
    log: `docker service ps --no-trunc ${place.swarm} and docker service logs ${place.swarm} on ${place.host}`,
    release: command.release,
    proven: await isProven(place),
    timing: watchedFor(swarms.timing, command),
    health: () => healthOf(place, swarms.timing.probeTimeoutMs),
    life: () => lifeOf(place),
    lastWords: () => lastWords(place),
  }
  return awaitHealth(watched, evidence, signal)
}

/** Another task in the place of one is another life. */
async function lifeOf(place: Place): Promise<Life | null | 'unseen'> {
  const [standing, names] = await Promise.all([standingOf(place), namesOf(place)])
  if (!standing.ok) return 'unseen'
  if (standing.value === null) return null
  const ids = runningOf(standing.value).map(({ ID }) => ID.slice(0, 12))
  if (ids.length === 0) return null
  return {
    id: ids.join(' '),
    called: ids.length === 1 ? `task ${ids[0]}` : `tasks ${ids.join(', ')}`,
    release: observedOf(standing.value, names).release,
    observed: { tasks: ids },
  }
}

/** What the last task that failed was told to have failed of, and what it wrote. */
async function lastWords(place: Place): Promise<string> {
  const standing = await standingOf(place)
  if (!standing.ok || standing.value === null) return ''
  const [task] = failedOf(standing.value)
  if (task === undefined) return ''
  const words = await lastWordsOf(place.engine, task.ID)
  return `${failureInWords(standing.value, task)}${words === '' ? '' : ` | ${words}`}`
}

/** From inside a task on a manager itself: an Engine runs nothing inside the containers of other nodes. */
async function connectFrom(
  swarms: Swarms,
  command: Extract<TryCommand, { kind: 'service.connect' }>,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = placeOf(swarms, command)
  const { probeTimeoutMs, probeIntervalMs } = swarms.timing
  const ask = async ({ argv }: Connect): Promise<Seen> => {
    const own = await containersHere(place, false)
    if (!own.ok) return { state: 'unknown', latencyMs: null, note: own.fault.what }
    const [here] = own.value
    return here === undefined
      ? {
          state: 'unknown',
          latencyMs: null,
          note: 'none of its tasks runs on a manager that is named, and others cannot be asked',
        }
      : runInside(here.engine, here.container.Id, argv, probeTimeoutMs)
  }
  return connectAll(command, { address: place.address, pauseMs: probeIntervalMs, ask }, evidence, signal)
}

/** Each task by its own digest, which its node pulled by; then the service by its own word. */
async function prove(swarms: Swarms, command: Prove, evidence: Evidence): Promise<Outcome> {
  const place = placeOf(swarms, command)
  const { release, digest } = command
  const standing = await standingOf(place)
  if (standing.ok && standing.value !== null)
    for (const task of runningOf(standing.value))
      evidence(`task ${task.ID.slice(0, 12)} on ${nodeName(standing.value, task)}: ${digestOf(task) ?? 'no digest'}`)
  const observed = await observePlace(place)
  const { name, address, service } = place
  const claim = { name, release, digest, address, identity: service.identity, timeoutMs: swarms.timing.probeTimeoutMs }
  return proveIdentity(claim, observed, evidence)
}
