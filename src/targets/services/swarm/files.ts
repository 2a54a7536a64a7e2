import type { ContainerInfo } from 'dockerode'
import type { Result } from '../../../state/fault.ts'
import type { Engine } from '../docker/engine.ts'
import { readDirectory, unread } from '../docker/files.ts'
import { namesOf } from './images.ts'
import type { Place } from './layout.ts'

type Files = readonly { readonly name: string; readonly text: string }[]

/** Out of a container of the release on a manager itself, be it one that ended: an Engine does not reach into other nodes. */
export async function filesOf(place: Place, release: string, path: string): Promise<Result<Files>> {
  const [listed, names] = await Promise.all([containersHere(place, true), namesOf(place)])
  if (!listed.ok) return listed
  const here = listed.value.find(({ container }) => names(container.Image) === release)
  return here === undefined
    ? {
        ok: false,
        fault: unread(place, release, path, 'no task of it ran on a manager that is named, and others cannot be read'),
      }
    : readDirectory({ ...place, engine: here.engine }, here.container.Id, release, path)
}

/** A container of a service, on the manager that runs it. */
type Here = { readonly engine: Engine; readonly container: ContainerInfo }

/** Containers of a service on the managers' own Engines. `all`: those that ended too. A fault: no manager answers. */
export async function containersHere({ managers, swarm }: Place, all: boolean): Promise<Result<readonly Here[]>> {
  const filters = { label: [`com.docker.swarm.service.name=${swarm}`] }
  const asked = managers.map(async engine => {
    const listed = await engine.call('list its containers', (docker, abortSignal) =>
      docker.listContainers({ all, filters, abortSignal }),
    )
    return listed.ok ? { ...listed, value: listed.value.map((container): Here => ({ engine, container })) } : listed
  })
  const answers = await Promise.all(asked)
  const [fault] = answers.flatMap(answer => (answer.ok ? [] : [answer.fault]))
  const heard = answers.flatMap(answer => (answer.ok ? [answer.value] : []))
  return heard.length === 0 && fault !== undefined ? { ok: false, fault } : { ok: true, value: heard.flat() }
}
