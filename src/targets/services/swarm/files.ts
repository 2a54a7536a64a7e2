import type { Result } from '../../../state/fault.ts'
import { readDirectory, unread } from '../docker/files.ts'
import { namesOf } from './images.ts'
import type { Place } from './layout.ts'

type Files = readonly { readonly name: string; readonly text: string }[]

/** Out of a container of the release on the manager itself, be it one that ended: an Engine does not reach into other nodes. */
export async function filesOf(place: Place, release: string, path: string): Promise<Result<Files>> {
  const { engine, swarm } = place
  const filters = { label: [`com.docker.swarm.service.name=${swarm}`] }
  const [listed, names] = await Promise.all([
    engine.call('list its containers', (docker, abortSignal) =>
      docker.listContainers({ all: true, filters, abortSignal }),
    ),
    namesOf(place),
  ])
  if (!listed.ok) return listed
  const container = listed.value.find(({ Image }) => names(Image) === release)
  return container === undefined
    ? { ok: false, fault: unread(place, release, path, 'no task of it ran on this manager, and others cannot be read') }
    : readDirectory(place, container.Id, release, path)
}
