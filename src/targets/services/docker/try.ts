import type { TryCommand } from '../../../state/command.ts'
import type { Connect } from '../../../state/manifest.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { awaitHealth, watchedFor, type Life } from '../await-health.ts'
import { connectAll } from '../connect.ts'
import type { Health as Seen, ServiceTry } from '../port.ts'
import { proveIdentity } from '../prove.ts'
import { runInside } from './exec.ts'
import { standingOf } from './find.ts'
import { healthOf, isProven, type Which } from './health.ts'
import { namesOf } from './images.ts'
import { engineOf, placeOf, type Fleet, type Place } from './layout.ts'
import { lastWords } from './logs.ts'
import { dockerLook } from './look.ts'
import { imageOf, observePlace } from './observe.ts'
import { pullImage } from './pull.ts'

type Health = Extract<TryCommand, { kind: 'service.health' }>
type Prove = Extract<TryCommand, { kind: 'service.prove' }>

/** What is journaled and harms nothing: fetching an image, waiting for health, and proving what runs. */
export function dockerTry(fleet: Fleet): ServiceTry {
  return {
    ...dockerLook(fleet),
    attempt: (command, evidence, signal) => {
      switch (command.kind) {
        case 'service.pull':
          return pullImage(engineOf(fleet, command.host), command, evidence, signal)
        case 'service.health':
          return watchHealth(fleet, command, evidence, signal)
        case 'service.connect':
          return connectFrom(fleet, command, evidence, signal)
        case 'service.prove':
          return prove(fleet, command, evidence)
      }
    },
  }
}

async function watchHealth(fleet: Fleet, command: Health, evidence: Evidence, signal: AbortSignal): Promise<Outcome> {
  const place = placeOf(fleet, command)
  const last = { id: '' }
  const of = command.beside === true ? 'fresh' : 'current'
  const watched = {
    name: place.name,
    log: `docker logs ${place.container.kind === 'name' ? place.container.name : place.name} on ${place.host}`,
    release: command.release,
    proven: await isProven(place, of),
    timing: watchedFor(fleet.timing, command),
    health: () => healthOf(place, fleet.timing.probeTimeoutMs, of),
    life: () => lifeOf(place, last, of),
    lastWords: async () => (last.id === '' ? '' : lastWords(place.engine, last.id)),
  }
  return awaitHealth(watched, evidence, signal)
}

/** A container that its restart policy started again has another life. */
async function lifeOf(place: Place, last: { id: string }, of: Which): Promise<Life | null | 'unseen'> {
  const [standing, names] = await Promise.all([standingOf(place), namesOf(place)])
  if (!standing.ok) return 'unseen'
  const current = standing.value[of]
  if (current === null) return null
  last.id = current.Id
  if (!current.State.Running || current.State.Restarting) return null
  const { Id, State, RestartCount } = current
  const release = names(await imageOf(place, current))
  return {
    id: `${Id} ${State.StartedAt} ${RestartCount}`,
    called: `container ${Id.slice(0, 12)}`,
    release,
    observed: { id: Id.slice(0, 12), pid: State.Pid },
  }
}

async function connectFrom(
  fleet: Fleet,
  command: Extract<TryCommand, { kind: 'service.connect' }>,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = placeOf(fleet, command)
  const { probeTimeoutMs, probeIntervalMs } = fleet.timing
  const ask = async ({ argv }: Connect): Promise<Seen> => {
    const standing = await standingOf(place)
    if (!standing.ok) return { state: 'unknown', latencyMs: null, note: standing.fault.what }
    const id = standing.value.current?.Id
    if (id === undefined) return { state: 'unhealthy', latencyMs: null, note: 'it is missing' }
    return runInside(place.engine, id, argv, probeTimeoutMs)
  }
  return connectAll(command, { address: place.address, pauseMs: probeIntervalMs, ask }, evidence, signal)
}

async function prove(fleet: Fleet, command: Prove, evidence: Evidence): Promise<Outcome> {
  const place = placeOf(fleet, command)
  const { release, digest } = command
  const { name, address, service } = place
  const claim = { name, release, digest, address, identity: service.identity, timeoutMs: fleet.timing.probeTimeoutMs }
  return proveIdentity(claim, await observePlace(place), evidence)
}
