import type { ImageInspectInfo } from 'dockerode'
import type { Observed } from '../../../state/facts.ts'
import { standingOf, type Inspected, type Standing } from './find.ts'
import { exclusiveOf } from './exclusive.ts'
import { configKey } from './config-key.ts'
import { configSeen } from './config-seen.ts'
import { lookAtImage } from './image-config.ts'
import { namesOf, type Image, type Names } from './images.ts'
import type { Place } from './layout.ts'
import { policyOf } from './restart-policy.ts'
import { sharesWith, strangersOn } from './sharing.ts'

/** One service on one host, as its Engine tells it. */
export async function observePlace(place: Place): Promise<Observed> {
  const [standing, names] = await Promise.all([standingOf(place), namesOf(place)])
  if (!standing.ok) return nothing('unreachable', standing.fault.what)
  return observedOf(place, standing.value, names)
}

async function observedOf(place: Place, standing: Standing, names: Names): Promise<Observed> {
  const { name, current, displaced, host } = standing
  if (current === null) {
    const kept = displaced.length === 0 ? '' : `; ${displaced.length} replaced by Astern stand beside it`
    return nothing('missing', `there is no container ${name ?? place.name} on ${place.host}${kept}`)
  }
  const { State: state, Image: digest, RestartCount: restarts } = current
  const [looked, key] = await Promise.all([
    lookAtImage(place.engine, digest),
    configKey(place.engine, place.environment),
  ])
  const image = looked.ok ? imageNamed(looked.value) : lostImage(current)
  const release = names(image)
  return {
    state: state.Running ? 'running' : 'stopped',
    release,
    digest,
    pointed: release,
    pid: state.Running ? state.Pid : null,
    since: state.Running ? state.StartedAt : null,
    note: noteOf(state, restarts),
    restart: policyOf(current),
    ...(await sharingOf(place, current, host)),
    ...exclusivelyHeld(place, current),
    image: {
      name: current.Config.Image,
      digests: [...image.digests].sort(),
      ...(looked.ok ? { bytes: looked.value.Size } : {}),
    },
    ...(key === null ? {} : { config: configSeen(current, looked.ok ? (looked.value.Config.Env ?? []) : [], key) }),
  }
}

function exclusivelyHeld({ service }: Place, current: Inspected): Pick<Observed, 'exclusive'> {
  const held = service.traffic?.startFirst === true ? exclusiveOf(current) : []
  return held.length === 0 ? {} : { exclusive: held }
}

async function sharingOf(
  { engine, neighbours }: Place,
  current: Inspected,
  host: Standing['host'],
): Promise<Pick<Observed, 'sharesWith' | 'strangers'>> {
  const parents = sharesWith(current, host, neighbours)
  const strangers = await strangersOn(engine, current, host, neighbours)
  return {
    ...(parents.length === 0 ? {} : { sharesWith: parents }),
    ...(strangers.length === 0 ? {} : { strangers }),
  }
}

function noteOf(state: Inspected['State'], restarts: number): string | null {
  if (state.Restarting) return `restarting, ${restarts} times so far, last exit ${state.ExitCode}`
  if (state.Paused) return 'paused'
  if (state.Running) return restarts > 0 ? `restarted ${restarts} times` : null
  if (state.Status === 'created') return 'created and never started'
  return state.OOMKilled ? 'it ran out of memory' : `it ended with ${state.ExitCode}`
}

function nothing(state: 'unreachable' | 'missing', note: string): Observed {
  return { state, release: null, digest: null, pointed: null, pid: null, since: null, note }
}

/** The image of a container; one that was removed is known by its id and the name the container was made with. */
export async function imageOf({ engine }: Place, container: Inspected): Promise<Image> {
  const answer = await lookAtImage(engine, container.Image)
  return answer.ok ? imageNamed(answer.value) : lostImage(container)
}

function lostImage({ Image: id, Config }: Inspected): Image {
  return { id, tags: [Config.Image], digests: [], labels: {} }
}

export function imageNamed({ Id, RepoTags, RepoDigests, Config }: ImageInspectInfo): Image {
  return { id: Id, tags: RepoTags ?? [], digests: RepoDigests ?? [], labels: Config.Labels ?? {} }
}
