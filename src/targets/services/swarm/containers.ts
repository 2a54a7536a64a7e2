import type { Fault, Result } from '../../../state/fault.ts'
import type { ContainerSeen, LogSeen } from '../containers.ts'
import { logSince } from '../docker/log-since.ts'
import { namedContainer, type Found } from '../docker/containers.ts'
import { containersHere } from './files.ts'
import { standingOf, type Standing } from './find.ts'
import type { Place } from './layout.ts'
import { digestOf, failedOf, runningOf, wantedOf } from './tasks.ts'

/** All tasks of a service as one: running where as many run as are meant to. */
export async function serviceSeen(place: Place): Promise<Result<ContainerSeen>> {
  const standing = await standingOf(place)
  if (!standing.ok) return standing
  const where = whereOf(place)
  if (standing.value === null)
    return { ok: true, value: { where, state: 'missing', restarts: null, digests: [], life: 'missing' } }
  const running = runningOf(standing.value)
  return {
    ok: true,
    value: {
      where,
      state: stateOf(standing.value),
      restarts: failedOf(standing.value).length,
      digests: [...new Set(running.flatMap(task => digestOf(task) ?? []))],
      life: running.map(({ ID }) => ID).join(' '),
    },
  }
}

function stateOf(standing: Standing): string {
  const [running, wanted] = [runningOf(standing).length, wantedOf(standing)]
  return running >= wanted && wanted > 0 ? 'running' : `${running} of ${wanted} tasks running`
}

/** Of all its tasks. `sinceMs` null: since its newest spec, which is when those of today were begun. */
export async function serviceLog(place: Place, sinceMs: number | null, timeoutMs: number): Promise<Result<LogSeen>> {
  const standing = await standingOf(place)
  if (!standing.ok) return standing
  if (standing.value === null) return { ok: false, fault: noTaskHere(place) }
  const { ID, UpdatedAt } = standing.value.service
  const log = await logSince(
    place.engine,
    `/services/${ID}/logs`,
    sinceMs === null ? { atMs: Date.parse(UpdatedAt) } : { agoMs: sinceMs },
    timeoutMs,
  )
  return log.ok ? { ok: true, value: { where: whereOf(place), ...log.value } } : log
}

/** A task's container on a manager itself: an Engine runs nothing inside the containers of other nodes. */
export async function taskHere(place: Place): Promise<Result<Found>> {
  const own = await containersHere(place, false)
  if (!own.ok) return own
  const [here] = own.value
  if (here === undefined) return { ok: false, fault: noTaskHere(place) }
  const found = await namedContainer(here.engine, here.container.Id)
  if (!found.ok) return found
  if (found.value === null) return { ok: false, fault: noTaskHere(place) }
  return { ok: true, value: { ...found.value, where: whereOf(place) } }
}

function whereOf({ name, host }: Place): string {
  return `${name}@${host}`
}

function noTaskHere(place: Place): Fault {
  return {
    code: 'container.missing',
    what: `None of the tasks of ${whereOf(place)} runs on a manager that is named, and others cannot be asked`,
    means: 'It cannot be asked.',
    next: 'Look with docker service ps on that manager.',
  }
}
