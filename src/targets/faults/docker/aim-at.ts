import { statSync } from 'node:fs'
import type { Result } from '../../../state/fault.ts'
import type { InjectFault } from '../../../state/drill/command.ts'
import { standingOf, type Inspected } from '../../services/docker/find.ts'
import { releasesAt } from '../../services/docker/images.ts'
import { engineOf, placeOf, type Place } from '../../services/docker/layout.ts'
import { policyOf } from '../../services/docker/restart-policy.ts'
import { lookAtImage } from '../../services/docker/image-config.ts'
import type { Aim } from './aim.ts'
import { mostBytes } from './disk-limit.ts'
import { notHere, type Ground } from './fleet.ts'
import { isOnHost } from './socket.ts'

export type Aimed = Pick<InjectFault, 'fault' | 'target' | 'settings'>

/**
 * What a fault would be done to, as it is now; or why it cannot be done to it. Looked at alone. `later`: not before something
 * else was done, so that what runs now says nothing of what runs then.
 */
export async function aimAt(ground: Ground, { fault, target, settings }: Aimed, later = false): Promise<Result<Aim>> {
  const { fleet } = ground
  if (target.kind === 'host') return diskOf(ground, target.host)
  if (target.kind !== 'service') throw new Error(`${fault} is not done to an Engine`)
  const { service, host } = target
  if (fleet.services[service]?.container === undefined || fleet.services[service]?.hosts.includes(host) !== true)
    return notHere(`${service} has no container on ${host}`, 'Aim it at a host that its service has in astern.yaml.')
  const place = placeOf(fleet, { service, host })
  const standing = await standingOf(place)
  if (!standing.ok) return standing
  const { current } = standing.value
  if (current === null)
    return notHere(`There is no container of ${service} on ${host}`, 'Deploy it there before the drill.')
  if (fault === 'image_gone') return imageOf(place, current, settings.release, later)
  if (fault === 'tag_moved') return tagsOf(place, current, settings.release, settings.instead)
  return containerOf(place, current)
}

function containerOf({ name, host, service }: Place, current: Inspected): Result<Aim> {
  const called = current.Name.replace(/^\//, '')
  if (!current.State.Running || current.State.Paused)
    return notHere(`${called}, the container of ${name} on ${host}, does not run`, 'Start it before the drill.')
  if (current.HostConfig.AutoRemove === true)
    return notHere(
      `${called} on ${host} is removed when it ends (--rm), and could not be started again`,
      'Deploy it without --rm before the drill.',
    )
  const { graceMs } = service.stop
  return {
    ok: true,
    value: { kind: 'container', id: current.Id, name: called, policy: policyOf(current), graceMs },
  }
}

async function imageOf(
  place: Place,
  current: Inspected,
  release: string | undefined,
  later: boolean,
): Promise<Result<Aim>> {
  const found = await releaseOn(place, current, release)
  if (!found.ok) return found
  const { id, names } = found.value
  const users = await place.engine.call('look who uses it', (docker, abortSignal) =>
    docker.listContainers({ all: false, filters: { ancestor: [id] }, abortSignal }),
  )
  if (!users.ok) return users
  const [user] = users.value.filter(({ ImageID }) => ImageID === id)
  if (user !== undefined && !later)
    return notHere(
      `${user.Names[0]?.replace(/^\//, '') ?? user.Id} on ${place.host} runs ${release}: its image cannot be removed under it`,
      'Name a release that does not run there: with: { release: ... }.',
    )
  const all = await place.engine.call('list its images', docker => docker.listImages({ all: true }))
  if (!all.ok) return all
  if (all.value.some(({ ParentId }) => ParentId === id))
    return notHere(
      `Other images on ${place.host} are built on the one of ${place.name} ${release}: it cannot be removed`,
      'Name a release that nothing is built on.',
    )
  const digests = all.value.find(({ Id }) => Id === id)?.RepoDigests ?? []
  return {
    ok: true,
    value: { kind: 'image', id, names, digests: digests.filter(digest => !digest.startsWith('<none>')) },
  }
}

async function tagsOf(
  place: Place,
  current: Inspected,
  release: string | undefined,
  instead: string | undefined,
): Promise<Result<Aim>> {
  const [found, other] = await Promise.all([
    releaseOn(place, current, release),
    releaseOn(place, current, instead, 'instead'),
  ])
  if (!found.ok) return found
  if (!other.ok) return other
  const { id, names } = found.value
  if (names.length === 0)
    return notHere(
      `The image of ${place.name} ${release} on ${place.host} has no name that could be moved`,
      'Tag it before the drill.',
    )
  if (other.value.id === id)
    return notHere(`${release} and ${instead} are one image on ${place.host}`, 'Name two releases that differ.')
  return { ok: true, value: { kind: 'tag', id, names, instead: other.value.id } }
}

async function releaseOn(
  place: Place,
  current: Inspected,
  release: string | undefined,
  key = 'release',
): Promise<Result<{ readonly id: string; readonly names: readonly string[] }>> {
  if (release === undefined)
    return notHere(`It does not say which release of ${place.name}`, `Add with: { ${key}: 1.2.2 } to the inject.`)
  const releases = await releasesAt(place, [current.Image])
  if (!releases.ok) return releases
  const found = releases.value.find(one => one.release === release)
  const id = found?.digest ?? null
  if (found === undefined || id === null) {
    const there = releases.value.map(one => one.release).join(', ')
    return notHere(
      `There is no image of ${place.name} ${release} on ${place.host}, but of ${there}`,
      'Name one of them, or bring it there.',
    )
  }
  const image = await lookAtImage(place.engine, id)
  return image.ok ? { ok: true, value: { id, names: image.value.RepoTags ?? [] } } : image
}

async function diskOf({ fleet, disks }: Ground, host: string): Promise<Result<Aim>> {
  const directory = disks[host]
  if (directory === undefined)
    return notHere(
      `drill.disks of astern.yaml names no path on ${host} that drills may fill`,
      `Name one: drill: { disks: { ${host}: /srv/spare } }.`,
    )
  const engine = engineOf(fleet, host)
  const there = await isOnHost(engine, directory)
  if (!there.ok) return there
  if (!there.value) return notHere(`There is no ${directory} on ${host}`, 'Make it there, or correct drill.disks.')
  const room = await engine.freeAt(directory)
  if ('bytes' in room && room.bytes > mostBytes)
    return notHere(
      `${directory} on ${host} has ${Math.round(room.bytes / 1e9)} GB free, and ${Math.round(mostBytes / 1e9)} GB are filled at most`,
      'Name a directory with a small file system of its own: drill.disks.',
    )
  const own = await engine.call(
    'ask where its data lie',
    docker => docker.info() as Promise<{ readonly DockerRootDir?: string }>,
  )
  if (!own.ok) return own
  const at = fleet.hosts[host]
  if (at?.kind === 'docker' && at.endpoint.kind === 'unix' && areOneDisk(directory, own.value.DockerRootDir ?? ''))
    return notHere(
      `${directory} on ${host} is on the disk of the Engine's own data: full, it would keep anybody from emptying it`,
      'Name a directory with a small file system of its own: drill.disks.',
    )
  return { ok: true, value: { kind: 'disk', directory } }
}

/** As far as it can be seen from here; a keeper looks again where it is. */
function areOneDisk(one: string, other: string): boolean {
  const disks = [one, other].map(path => statSync(path, { throwIfNoEntry: false })?.dev)
  return disks[0] !== undefined && disks[0] === disks[1]
}
