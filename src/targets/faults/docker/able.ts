import { stat } from 'node:fs/promises'
import type { Inject } from '../../../state/drill/scenario.ts'
import type { Result } from '../../../state/fault.ts'
import { engineOf } from '../../services/docker/layout.ts'
import { nodeLibraries } from '../../services/docker/node-image.ts'
import { aimAt } from './aim-at.ts'
import type { Aim } from './aim.ts'
import { notHere, type Ground } from './fleet.ts'
import { socketsOn } from './socket.ts'

/** What an Engine calls the processor that Node calls by the other name. */
const processors: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  s390x: 's390x',
  ppc64: 'ppc64le',
}

type Info = { readonly OSType: string; readonly Architecture: string }

/** Whether a keeper could do it there, and would take it back by itself. Nothing is made to find out. */
export async function ableOn(ground: Ground, inject: Inject): Promise<Result<string>> {
  const { target, expiresMs } = inject
  const host = 'host' in target ? target.host : ''
  const at = ground.fleet.hosts[host]
  if (at?.kind === 'swarm')
    return notHere(
      `${host} is a Swarm, which mends by itself what is done to one of its tasks`,
      'Aim it at a Docker host; or disturb the way to the Swarm with a proxy (cut_off, latency, errors).',
    )
  if (at?.kind !== 'docker') throw new Error(`${host} is no Docker host`)
  if (expiresMs === null) return notHere(`Inject ${inject.id} does not say when it ends`, 'Give it expires: 5m.')
  const keeper = await keeperCanRun(ground, host)
  if (!keeper.ok) return keeper
  const sockets = await socketsOn(engineOf(ground.fleet, host), at.endpoint)
  if (!sockets.ok) return sockets
  const aim = await aimAt(ground, inject, inject.when.kind === 'phase')
  if (!aim.ok) return aim
  return { ok: true, value: `a keeper on ${host} ${wordsFor(inject, aim.value)}` }
}

async function keeperCanRun({ fleet, program }: Ground, host: string): Promise<Result<null>> {
  const info = await engineOf(fleet, host).call('ask what it runs on', docker => docker.info() as Promise<Info>)
  if (!info.ok) return info
  const { OSType, Architecture } = info.value
  if (OSType !== process.platform || Architecture !== processors[process.arch])
    return notHere(
      `The Engine on ${host} runs ${OSType} on ${Architecture}, and the Node that a keeper is made of is for ${process.platform} on ${process.arch}`,
      'Drill from a bastion of the same kind as that host.',
    )
  const libraries = await nodeLibraries().catch(() => null)
  if (libraries === null)
    return notHere(
      'ldd cannot tell which libraries this Node needs, of which a keeper is made',
      'Install ldd (libc-bin), or use a Node that is linked dynamically.',
    )
  const there = await stat(program).catch(() => null)
  if (there === null)
    return notHere(`The keepers' program is not in ${program}`, 'Install Astern anew: a part of it is missing.')
  return { ok: true, value: null }
}

function wordsFor({ fault, expiresMs }: Inject, aim: Aim): string {
  const after = `after ${Math.round((expiresMs ?? 0) / 1000)} s`
  switch (aim.kind) {
    case 'container':
      if (fault === 'pause') return `pauses ${aim.name}, and lets it go on ${after}`
      return fault === 'restart_loop'
        ? `ends ${aim.name} again and again, and leaves it alone ${after}`
        : `${fault === 'kill' ? 'kills' : 'stops'} ${aim.name}, and starts it again ${after}`
    case 'image':
      return `saves image ${aim.id.slice(7, 19)}, removes it, and loads it again ${after}`
    case 'tag':
      return `leads ${aim.names.join(', ')} to ${aim.instead.slice(7, 19)}, and back ${after}`
    case 'disk':
      return `fills ${aim.directory}, and empties it again ${after}`
  }
}
