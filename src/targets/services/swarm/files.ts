import type { ContainerInfo } from 'dockerode'
import type { Result } from '../../../state/fault.ts'
import type { Answer, Engine } from '../docker/engine.ts'
import { readDirectory, unread } from '../docker/files.ts'
import { namesOf } from './images.ts'
import type { Place } from './layout.ts'

type Files = readonly { readonly name: string; readonly text: string }[]

/** Out of a container of the release on the manager itself, be it one that ended: an Engine does not reach into other nodes. */
export async function filesOf(place: Place, release: string, path: string): Promise<Result<Files>> {
  const [listed, names] = await Promise.all([containersHere(place.engine, place.swarm, true), namesOf(place)])
  if (!listed.ok) return listed
  const container = listed.value.find(({ Image }) => names(Image) === release)
  return container === undefined
    ? { ok: false, fault: unread(place, release, path, 'no task of it ran on this manager, and others cannot be read') }
    : readDirectory(place, container.Id, release, path)
}

/** Containers of a service on the manager's own Engine. `all`: those that ended too. */
export function containersHere(engine: Engine, swarm: string, all: boolean): Promise<Answer<ContainerInfo[]>> {
  const filters = { label: [`com.docker.swarm.service.name=${swarm}`] }
  return engine.call('list its containers', (docker, abortSignal) =>
    docker.listContainers({ all, filters, abortSignal }),
  )
}
