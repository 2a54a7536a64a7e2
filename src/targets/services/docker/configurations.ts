import type { Configurations, Configured, Recorded } from '../../../state/facts.ts'
import { recreation } from './config.ts'
import { configKey, type ConfigKey } from './config-key.ts'
import { configSeen } from './config-seen.ts'
import { inspectAll, standingOf, type Inspected, type Standing } from './find.ts'
import { imageConfig } from './image-config.ts'
import type { Place } from './layout.ts'
import { isOf, type Listed } from './names.ts'
import { secretNames } from './secret-env.ts'

/** Containers that do not run and could lend their configuration: what Astern replaced, and what a deploy left beside it. */
export async function configurationsOf(place: Place, wanted: readonly Recorded[]): Promise<Configurations | null> {
  const [standing, key] = await Promise.all([standingOf(place), configKey(place.engine, place.environment)])
  if (!standing.ok) return null
  const { current, displaced, host } = standing.value
  if (current === null || current.HostConfig.AutoRemove === true) return { today: null, secrets: [], stopped: [] }
  const left = await inspectAll(place.engine, leftBeside(place, standing.value, wanted))
  const candidates = [...displaced.filter(({ State }) => !State.Running), ...(left.ok ? left.value : [])]
  const command = await commandOf(place, current)
  const there = candidates.length === 0 ? none : await thingsOn(place)
  const stopped = await Promise.all(
    candidates.map(async one => {
      const same = (await commandOf(place, one)) === command
      return key !== null && same ? [await configuredOf(place, one, key, lacking(one, host, there))] : []
    }),
  )
  return {
    today: current.Id.slice(0, 12),
    secrets: [...new Set([current, ...candidates].flatMap(secretNames))].sort(),
    stopped: stopped.flat(),
  }
}

/** Of a release that was recorded, of no other service of the manifest, and of the same service to Compose. */
function leftBeside(
  { name: own, neighbours }: Place,
  { current, displaced, fresh, host }: Standing,
  wanted: readonly Recorded[],
): readonly Listed[] {
  const known = new Set([current, fresh, ...displaced].map(container => container?.Id))
  const others = Object.entries(neighbours).flatMap(([name, container]) => (name === own ? [] : [container]))
  return host.filter(
    listed =>
      ['created', 'exited'].includes(listed.state) &&
      wanted.some(({ digest }) => digest === listed.digest) &&
      !known.has(listed.id) &&
      !others.some(container => isOf(listed, container)) &&
      listed.labels[composed] === current?.Config.Labels?.[composed],
  )
}

const composed = 'com.docker.compose.service'

/** What people made it run: the same image may serve as two services, told apart by this alone. */
async function commandOf({ engine }: Place, container: Inspected): Promise<string> {
  const image = await imageConfig(engine, container.Image)
  const { Cmd, Entrypoint } = recreation(container, image.ok ? image.value : {}, '').body
  return JSON.stringify([Cmd ?? null, Entrypoint ?? null])
}

async function configuredOf(
  { engine }: Place,
  container: Inspected,
  key: ConfigKey,
  lacks: readonly string[],
): Promise<Configured> {
  const image = await imageConfig(engine, container.Image)
  return {
    id: container.Id.slice(0, 12),
    name: container.Name.replace(/^\//, ''),
    digest: container.Image,
    config: configSeen(container, (image.ok ? image.value.Env : null) ?? [], key),
    lacks,
  }
}

type Things = { readonly networks: ReadonlySet<string>; readonly volumes: ReadonlySet<string> }
const none: Things = { networks: new Set(), volumes: new Set() }

async function thingsOn({ engine }: Place): Promise<Things> {
  const [networks, volumes] = await Promise.all([
    engine.call('list its networks', (docker, abortSignal) => docker.listNetworks({ abortSignal })),
    engine.call('list its volumes', (docker, abortSignal) => docker.listVolumes({ abortSignal })),
  ])
  return {
    networks: new Set(networks.ok ? networks.value.map(({ Name }) => Name) : []),
    volumes: new Set(volumes.ok ? (volumes.value.Volumes ?? []).map(({ Name }) => Name) : []),
  }
}

/** A volume that is gone would be made anew, empty, and nobody would be told. */
function lacking({ HostConfig, Mounts, NetworkSettings }: Inspected, host: Standing['host'], there: Things) {
  const parent = /^container:(.+)$/.exec(HostConfig.NetworkMode ?? '')?.[1]
  return [
    ...Object.keys(NetworkSettings.Networks ?? {}).flatMap(name =>
      there.networks.has(name) ? [] : [`network ${name}`],
    ),
    ...Mounts.flatMap(({ Type, Name = '' }) =>
      Type === 'volume' && !there.volumes.has(Name) ? [`volume ${Name.slice(0, 40)}`] : [],
    ),
    ...(parent === undefined || host.some(({ id, name }) => id.startsWith(parent) || name === parent)
      ? []
      : [`container ${parent.slice(0, 12)}`]),
  ]
}
